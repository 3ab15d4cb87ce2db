using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.Lamb;

/// <summary>How far a layer moves depends on its weights, not on its gradients.</summary>
[Claim(
    "lamb/step-follows-weights",
    Says = "The length of a layer's step is the rate times the length of its weights, at every step and for gradients of any scale.",
    Source = "arXiv:1904.00962, update rule with phi the identity",
    Seconds = 0.1)]
internal sealed class StepFollowsWeights() : RuleClaim<LambOptions>(
    ("untrusted", options => new AdamWOptions { LearningRate = options.LearningRate, WeightDecay = options.WeightDecay }),
    ("clamped", options => options with { ClampValue = 10 }))
{
    // The ratio of two lengths over 64 elements and one step from it: rounding, of which a thousand times is allowed.
    private const double Limit = 1e-11;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<LambOptions, MethodOptions> subject, ClaimContext context)
    {
        const int count = 64;
        var options = new LambOptions { LearningRate = 0.02, WeightDecay = 0.1 };
        var random = new RandomStream(context.Seed.Derive("numbers"));
        double[] start = new double[count], gradient = new double[count];
        var deviation = 0.0;
        foreach (var scale in new[] { 1e-3, 1, 1e6 })
        {
            MvnGrad.Noise.Fill(random, start, 0, 3);
            using var numbers = new MovedNumbers(subject(options), start, ParameterRoles.Matrix);
            for (var step = 0; step < (context.Full ? 500 : 50); step++)
            {
                MvnGrad.Noise.Fill(random, gradient, 0, scale);
                var expected = options.LearningRate * Length(numbers.Values);
                deviation = Math.Max(deviation, Math.Abs((Length(numbers.Move(gradient)) / expected) - 1));
            }
        }

        return ClaimOutcome.Of(deviation <= Limit, ("largest_relative_deviation", Finite(deviation)), ("limit", Limit));
    }

    private static double Length(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value * value;
        }

        return Math.Sqrt(sum);
    }
}
