using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.AdamW;

/// <summary>Decoupled decay shrinks every weight alike, decay in the gradient does not.</summary>
[Claim(
    "adamw/same-decay-for-all",
    Says = "Every weight shrinks by the same factor whatever the size of its gradients, where L2 decay through Adam hardly shrinks weights with large gradients.",
    Source = "arXiv:1711.05101, on weight decay and L2 regularization; it follows from the update rules",
    Seconds = 0.1)]
internal sealed class SameDecayForAll() : RuleClaim<AdamWOptions>(
    ("coupled", options => new AdamOptions { LearningRate = options.LearningRate, WeightDecay = options.WeightDecay }),
    ("undecayed", options => options with { WeightDecay = 0 }))
{
    // Numbers of size 1 and a few hundred steps, rounded to 1e-14, over a difference of 0.1; a hundred times that.
    private const double Limit = 1e-11;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<AdamWOptions, MethodOptions> subject, ClaimContext context)
    {
        const int steps = 300;
        var options = new AdamWOptions { LearningRate = 1e-2, WeightDecay = 0.5 };
        var expected = Math.Pow(1 - (options.LearningRate * options.WeightDecay), steps);
        var factors = Factors(subject(options), steps, context);
        var coupled = Factors(new AdamOptions { LearningRate = options.LearningRate, WeightDecay = options.WeightDecay }, steps, context);
        var deviation = factors.Max(f => Math.Abs((f / expected) - 1));
        return ClaimOutcome.Of(
            deviation <= Limit,
            ("largest_relative_deviation", deviation),
            ("limit", Limit),
            ("shrunk_to", expected),
            ("l2_at_smallest_gradients", coupled[0]),
            ("l2_at_largest_gradients", coupled[^1]));
    }

    // Two starts, the same gradients: what is left of the difference is what decay left of it.
    private static double[] Factors(MethodOptions method, int steps, ClaimContext context)
    {
        const int count = 13;
        double[] ones = [.. Enumerable.Range(0, count).Select(_ => 1.0)], gradient = new double[count];
        using var far = new MovedNumbers(method, ones);
        using var near = new MovedNumbers(method, new double[count]);
        var random = new RandomStream(context.Seed.Derive("gradients"));
        for (var step = 0; step < steps; step++)
        {
            for (var i = 0; i < count; i++)
            {
                gradient[i] = Math.Pow(10, i - 3) * random.NextGaussian();
            }

            far.Step(gradient);
            near.Step(gradient);
        }

        return [.. far.Values.ToArray().Zip(near.Values.ToArray(), (a, b) => a - b)];
    }
}
