using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.MvnGrad;

/// <summary>Without noise the divided gradient grows, up to a ceiling that the variance floor sets.</summary>
[Claim(
    "mvn-grad/constant-gradient",
    Says = "For a constant gradient g the divided gradient grows by a known law, and its ceiling is |g| / (epsilon + sqrt(varianceFloor / (1 - beta2))).",
    Source = "arXiv:2602.10204, update rule in closed form for a constant gradient",
    Seconds = 0.1)]
internal sealed class ConstantGradient() : MvnGradClaim(
    ("second-moment", MvnGradDefects.SecondMoment),
    ("floor-after-correction", MvnGradDefects.FloorAfterCorrection),
    ("no-variance-correction", MvnGradDefects.NoVarianceCorrection))
{
    // z is a difference of two momenta over 1 - beta1, rounded to about 1e-14 of it; a thousand times that is allowed.
    private const double Limit = 1e-10;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<MvnGradOptions, MethodOptions> subject, ClaimContext context)
    {
        const double g = 3;
        var growing = new MvnGradOptions { LearningRate = 1, VarianceFloor = 0 };
        var floored = growing with { Beta2 = 0.9, VarianceFloor = 1e-6 };
        var divided = Divided(subject(growing), growing, g, 400);
        var settled = Divided(subject(floored), floored, g, 600);
        var deviation = 0.0;
        var sum = 0.0;
        for (var t = 1; t <= divided.Count; t++)
        {
            // v_t = (1 - beta2) sum over s of beta2^(t-s) (beta1^s g)^2
            sum = (growing.Beta2 * sum) + ((1 - growing.Beta2) * Math.Pow(growing.Beta1, 2 * t) * g * g);
            var expected = g / (Math.Sqrt(sum / (1 - Math.Pow(growing.Beta2, t))) + growing.Epsilon);
            deviation = Math.Max(deviation, Math.Abs((divided[t - 1].Y / expected) - 1));
        }

        var ceiling = g / (floored.Epsilon + Math.Sqrt(floored.VarianceFloor / (1 - floored.Beta2)));
        var atCeiling = Math.Abs((settled[^1].Y / ceiling) - 1);
        return ClaimOutcome.Of(
            deviation <= Limit && atCeiling <= Limit,
            ("divided_gradient_at_100", divided[99].Y),
            ("largest_relative_deviation", deviation),
            ("settled_at", settled[^1].Y),
            ("ceiling", ceiling),
            ("relative_deviation_from_ceiling", atCeiling),
            ("limit", Limit)) with
        {
            Plots =
            [
                new ClaimPlot(
                    "A constant gradient divided by its deviation", "step", "divided gradient",
                    new Dictionary<string, IReadOnlyList<(double, double)>>
                    {
                        ["no floor, beta2 0.999"] = divided, ["floor 1e-6, beta2 0.9"] = settled,
                    })
                {
                    LogY = true,
                },
            ],
        };
    }

    // The step is u_t / c1, so z_t = (u_t - beta1 u_{t-1}) / (1 - beta1).
    private static List<(double X, double Y)> Divided(MethodOptions method, MvnGradOptions options, double g, int steps)
    {
        using var numbers = new MovedNumbers(method, [0]);
        var result = new List<(double, double)>();
        var before = 0.0;
        for (var t = 1; t <= steps; t++)
        {
            var u = -numbers.Move([g])[0] * (1 - Math.Pow(options.Beta1, t));
            result.Add((t, (u - (options.Beta1 * before)) / (1 - options.Beta1)));
            before = u;
        }

        return result;
    }
}
