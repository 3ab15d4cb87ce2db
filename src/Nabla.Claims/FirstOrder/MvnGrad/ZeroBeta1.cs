using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.MvnGrad;

/// <summary>Without momentum there is no residual, and what is left is plain descent.</summary>
[Claim(
    "mvn-grad/zero-beta1",
    Says = "As beta1 goes to 0 the residual vanishes and the method becomes descent at the rate learningRate / (sqrt(varianceFloor / (1 - beta2)) + epsilon), not RMSProp; beta1 = 0 itself is refused.",
    Source = "arXiv:2602.10204, update rule at beta1 = 0",
    Seconds = 0.1)]
internal sealed class ZeroBeta1() : MvnGradClaim(
    ("second-moment", MvnGradDefects.SecondMoment), ("floor-after-correction", MvnGradDefects.FloorAfterCorrection))
{
    // beta1 itself changes a step by 1e-9 in proportion, and steps differ in size by a few hundred.
    private const double Limit = 1e-6;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<MvnGradOptions, MethodOptions> subject, ClaimContext context)
    {
        const int count = 32;
        var options = new MvnGradOptions { LearningRate = 0.1, Beta1 = 1e-9, VarianceFloor = 1e-4 };
        var rate = options.LearningRate / (Math.Sqrt(options.VarianceFloor / (1 - options.Beta2)) + options.Epsilon);
        using var method = new MovedNumbers(subject(options), new double[count]);
        using var descent = new MovedNumbers(new SgdOptions { LearningRate = rate }, new double[count]);
        var random = new RandomStream(context.Seed.Derive("gradients"));
        var gradient = new double[count];
        var largest = 0.0;
        for (var step = 0; step < (context.Full ? 2000 : 200); step++)
        {
            Noise.Fill(random, gradient, 0.5, 1);
            var expected = descent.Move(gradient);
            var got = method.Move(gradient);
            for (var i = 0; i < count; i++)
            {
                largest = Math.Max(largest, Math.Abs(got[i] - expected[i]) / rate);
            }
        }

        var refused = IsRefused(subject(options with { Beta1 = 0 }));
        return ClaimOutcome.Of(
            largest <= Limit && refused,
            ("largest_deviation_over_rate", largest),
            ("limit", Limit),
            ("descent_rate", rate),
            ("is_zero_refused", refused ? 1 : 0));
    }

    private static bool IsRefused(MethodOptions options)
    {
        try
        {
            options.ThrowIfInvalid();
            return false;
        }
        catch (OptionException)
        {
            return true;
        }
    }
}
