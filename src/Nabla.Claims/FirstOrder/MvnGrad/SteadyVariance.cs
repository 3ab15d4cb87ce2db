using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.MvnGrad;

/// <summary>Where the variance settles for independent gradients, whatever their mean.</summary>
[Claim(
    "mvn-grad/steady-variance",
    Says = "For independent gradients of mean mu and deviation s the variance settles at s^2 2 beta1^2 / (1 + beta1) + varianceFloor / (1 - beta2), whatever mu.",
    Source = "arXiv:2602.10204, update rule; the expectation of v follows from the recursions of m and v",
    Seconds = 0.5)]
internal sealed class SteadyVariance() : MvnGradClaim(
    ("second-moment", MvnGradDefects.SecondMoment),
    ("floor-after-correction", MvnGradDefects.FloorAfterCorrection),
    ("heavy-ball", MvnGradDefects.HeavyBall))
{
    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<MvnGradOptions, MethodOptions> subject, ClaimContext context)
    {
        const double mu = 5, s = 2;
        var count = context.Full ? 20_000 : 1_000;
        // 1200 steps forget the start by 0.99^1200 = 6e-6; the floor's share is 1 of about 4.4.
        var options = new MvnGradOptions { Beta2 = 0.99, VarianceFloor = 0.01 };
        using var numbers = new MovedNumbers(subject(options), new double[count]);
        var random = new RandomStream(context.Seed.Derive("gradients"));
        var gradient = new double[count];
        for (var step = 0; step < 1200; step++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            Noise.Fill(random, gradient, mu, s);
            numbers.Step(gradient);
        }

        var (mean, error) = Noise.Average(numbers.State("v"));
        var expected = (s * s * 2 * options.Beta1 * options.Beta1 / (1 + options.Beta1)) + (options.VarianceFloor / (1 - options.Beta2));
        // Four standard errors: a true claim fails for one seed in 16,000.
        var margin = (4 * error) + (1e-4 * expected);
        return ClaimOutcome.Of(
            Math.Abs(mean - expected) <= margin, ("variance", mean), ("expected", expected), ("margin", margin));
    }
}
