using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.Lars;

/// <summary>How far a layer moves depends on its weights, not on its gradients.</summary>
[Claim(
    "lars/step-follows-weights",
    Says = "The length of a layer's step is the rate times the trust coefficient times the length of its weights, whatever the scale of its gradients.",
    Source = "arXiv:1708.03888, local learning rate",
    Seconds = 0.1)]
internal sealed class StepFollowsWeights() : RuleClaim<LarsOptions>(
    ("untrusted", options => new SgdOptions { LearningRate = options.LearningRate * options.TrustCoefficient }),
    ("decay-kept", options => options with { WeightDecay = 0.1, AlwaysAdapt = false }))
{
    // Epsilon, 1e-8 beside the least gradient's length of about 1e-2, and roundings far below.
    private const double Limit = 1e-5;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<LarsOptions, MethodOptions> subject, ClaimContext context)
    {
        const int count = 64;
        var options = new LarsOptions { LearningRate = 0.5, Momentum = 0, WeightDecay = 0, TrustCoefficient = 0.02, AlwaysAdapt = true };
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
                var expected = options.LearningRate * options.TrustCoefficient * Length(numbers.Values);
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
