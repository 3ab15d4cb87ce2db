using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.MvnGrad;

/// <summary>
/// The residual around the updated mean is beta1 times the one around the mean before, so taking the other mean only
/// scales every step by beta1.
/// </summary>
[Claim(
    "mvn-grad/residual-identity",
    Says = "Which of the two means enters the variance matters only by a factor: around the mean before, every step is beta1 times as long.",
    Source = "arXiv:2602.10204, update rule; g - m_t = beta1 (g - m_{t-1}) follows from the recursion of m",
    Seconds = 0.1)]
internal sealed class ResidualIdentity() : MvnGradClaim(
    ("heavy-ball", MvnGradDefects.HeavyBall), ("second-moment", MvnGradDefects.SecondMoment))
{
    // Positions stay below about 100, so a difference of two is rounded by 1e-14; a thousand times that is allowed.
    private const double Limit = 1e-11;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<MvnGradOptions, MethodOptions> subject, ClaimContext context)
    {
        const int count = 64;
        var options = new MvnGradOptions { LearningRate = 1, Epsilon = 0, VarianceFloor = 0 };
        using var updated = new MovedNumbers(subject(options), new double[count]);
        using var previous = new MovedNumbers(subject(options with { Mean = MeanKind.Previous }), new double[count]);
        var random = new RandomStream(context.Seed.Derive("gradients"));
        double[] mean = new double[count], gradient = new double[count];
        double identity = 0, factor = 0;
        for (var step = 0; step < (context.Full ? 2000 : 200); step++)
        {
            Noise.Fill(random, gradient, 0.5, 1);
            var shorter = previous.Move(gradient);
            var longer = updated.Move(gradient);
            var m = updated.State("m");
            for (var i = 0; i < count; i++)
            {
                identity = Math.Max(identity, Math.Abs((gradient[i] - m[i]) - (options.Beta1 * (gradient[i] - mean[i]))));
                factor = Math.Max(factor, Math.Abs(shorter[i] - (options.Beta1 * longer[i])));
            }

            mean = m;
        }

        return ClaimOutcome.Of(
            identity <= Limit && factor <= Limit,
            ("largest_residual_deviation", identity),
            ("largest_step_deviation", factor),
            ("limit", Limit));
    }
}
