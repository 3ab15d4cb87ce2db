using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.Adafactor;

/// <summary>Rows and columns are enough where the squares are of rank one.</summary>
[Claim(
    "adafactor/rank-one",
    Says = "Where the mean of squares has rank one, the steps are those of the full mean, with n + m numbers kept for a matrix of n by m.",
    Source = "arXiv:1804.04235, abstract, on factored second moments and on update clipping",
    Seconds = 0.2)]
internal sealed class RankOne() : RuleClaim<AdafactorOptions>(
    ("adam", options => new AdamOptions { LearningRate = options.LearningRate, Beta1 = 0 }),
    ("unclipped", options => options with { ClipThreshold = 1e9 }),
    ("with-momentum", options => options with { Beta1 = 0.9 }))
{
    // A dozen roundings a step over numbers of size 10 and a hundred steps; a thousand times that is allowed.
    private const double Limit = 1e-11;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<AdafactorOptions, MethodOptions> subject, ClaimContext context)
    {
        const int rows = 6, columns = 9;
        var options = new AdafactorOptions { LearningRate = 0.1, ScaleParameter = false, RelativeStep = false };
        using var numbers = new MovedNumbers(subject(options), new double[rows * columns], ParameterRoles.Matrix, rows, columns);
        var random = new RandomStream(context.Seed.Derive("gradients"));
        double[] gradient = new double[rows * columns], update = new double[rows * columns];
        double[] full = new double[rows * columns], expected = new double[rows * columns];
        var sizes = gradient.Select((_, i) => Math.Exp(random.NextGaussian())).ToArray();
        double deviation = 0, clipped = 0;
        var steps = context.Full ? 1000 : 100;
        for (var step = 1; step <= steps; step++)
        {
            // A size for each row times one for each column, a scale for each step and any signs.
            var scale = Math.Exp(random.NextGaussian());
            var rest2 = Math.Pow(step, options.DecayRate);
            var squares = 0.0;
            for (var i = 0; i < gradient.Length; i++)
            {
                gradient[i] = Math.Sign(random.NextGaussian()) * scale * sizes[i / columns] * sizes[rows + (i % columns)];
                full[i] += rest2 * ((gradient[i] * gradient[i]) - full[i]);
                update[i] = gradient[i] / Math.Sqrt(full[i]);
                squares += update[i] * update[i] / gradient.Length;
            }

            var excess = Math.Max(1, Math.Sqrt(squares) / options.ClipThreshold);
            clipped += excess > 1 ? 1.0 / steps : 0;
            var got = numbers.Step(gradient);
            for (var i = 0; i < gradient.Length; i++)
            {
                expected[i] -= options.LearningRate * update[i] / excess;
                deviation = Math.Max(deviation, Math.Abs(got[i] - expected[i]));
            }
        }

        return ClaimOutcome.Of(
            deviation <= Limit && numbers.StateNumbers == rows + columns && clipped > 0,
            ("largest_deviation", deviation),
            ("limit", Limit),
            ("numbers_kept", numbers.StateNumbers),
            ("numbers_of_the_matrix", rows * columns),
            ("share_of_steps_clipped", clipped));
    }
}
