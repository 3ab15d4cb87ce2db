using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Claims.FirstOrder.Cautious;

/// <summary>No cautious step goes against the gradient, where many bare ones do.</summary>
[Claim(
    "cautious/never-uphill",
    Says = "The inner product of gradient and update is never negative, over AdamW and over Lion.",
    Source = "arXiv:2411.16085, algorithm 1; it follows from the mask",
    Seconds = 0.2)]
internal sealed class NeverUphill : CautiousClaim
{
    private const int Elements = 6;
    private const int Steps = 400;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<MethodOptions, MethodOptions> subject, ClaimContext context)
    {
        var figures = new List<(string, double)>();
        var holds = true;
        foreach (var (name, inner) in Inners(1e-2, 1e-2))
        {
            using var ours = new MovedNumbers(subject(inner), new double[Elements]);
            using var bare = new MovedNumbers(inner, new double[Elements]);
            var random = new RandomStream(context.Seed.Derive("gradients"));
            var gradient = new double[Elements];
            double least = double.PositiveInfinity, uphill = 0, moved = 0;
            for (var step = 0; step < Steps; step++)
            {
                for (var i = 0; i < Elements; i++)
                {
                    gradient[i] = 0.1 + random.NextGaussian();
                }

                var product = -Product(ours.Move(gradient), gradient);
                least = Math.Min(least, product);
                moved += product > 0 ? 1 : 0;
                uphill += Product(bare.Move(gradient), gradient) > 0 ? 1 : 0;
            }

            // The products are sums of numbers with the right sign: not even rounding makes one negative. That bare steps go
            // uphill, and that cautious ones move at all, is what keeps the claim from being empty.
            holds &= least >= 0 && moved > Steps / 2 && uphill > 0;
            figures.Add(($"{name}_least_inner_product", least));
            figures.Add(($"{name}_steps_downhill", moved));
            figures.Add(($"{name}_steps_uphill_without_the_wrapper", uphill));
        }

        figures.Add(("steps", Steps));
        return ClaimOutcome.Of(holds, [.. figures]);
    }

    private static double Product(double[] move, double[] gradient) => move.Zip(gradient, (a, b) => a * b).Sum();
}
