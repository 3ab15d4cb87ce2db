using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.Signum;

/// <summary>One bit a coordinate: sizes of gradients are lost, signs are not.</summary>
[Claim(
    "signum/one-bit",
    Says = "A step looks at the sign of the momentum alone: every element moves by exactly the learning rate, and the units of each coordinate do not matter.",
    Source = "arXiv:1802.04434, algorithm 2",
    Seconds = 0.1)]
internal sealed class UnitsDoNotMatter() : RuleClaim<SignumOptions>(
    ("momentum-without-the-sign", options => new SgdOptions { LearningRate = options.LearningRate, Momentum = options.Momentum }),
    ("adam-in-its-place", options => new AdamOptions { LearningRate = options.LearningRate, Beta1 = options.Momentum }))
{
    private const int Count = 16;

    // Powers of two change no rounding: the paths must be the same to the bit, a step the rate to the last place of 1.
    private const double Limit = 1e-13;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<SignumOptions, MethodOptions> subject, ClaimContext context)
    {
        var options = new SignumOptions { LearningRate = 1e-3 };
        using var plain = new MovedNumbers(subject(options), new double[Count]);
        using var scaled = new MovedNumbers(subject(options), new double[Count]);
        var random = new RandomStream(context.Seed.Derive("gradients"));
        double[] gradient = new double[Count], other = new double[Count];
        double size = 0, apart = 0;
        for (var step = 0; step < 200; step++)
        {
            for (var i = 0; i < Count; i++)
            {
                gradient[i] = random.NextGaussian();
                other[i] = Math.ScaleB(gradient[i], (4 * i) - 32);
            }

            size = Math.Max(size, plain.Move(gradient).Max(m => Math.Abs((Math.Abs(m) / options.LearningRate) - 1)));
            scaled.Step(other);
            apart = Math.Max(apart, plain.Values.ToArray().Zip(scaled.Values.ToArray(), (a, b) => Math.Abs(a - b)).Max());
        }

        return ClaimOutcome.Of(
            size <= Limit * 200 && apart == 0,
            ("largest_deviation_of_a_step_from_the_rate", size),
            ("limit", Limit * 200),
            ("largest_distance_after_scaling_coordinates", apart));
    }
}
