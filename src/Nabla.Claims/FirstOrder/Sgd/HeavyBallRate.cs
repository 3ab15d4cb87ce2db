using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.Sgd;

/// <summary>Momentum turns the condition number into its root.</summary>
/// <remarks>
/// With the best rate 4 / (sqrt(L) + sqrt(l))² and momentum ((sqrt(k) - 1) / (sqrt(k) + 1))², k = L / l, every error shrinks
/// by q = (sqrt(k) - 1) / (sqrt(k) + 1) a step; at both ends of the spectrum the roots coincide and a factor of the number
/// of steps stays, which between half of the steps and all of them is at most 2.
/// </remarks>
[Claim(
    "sgd/heavy-ball-rate",
    Says = "On a quadratic of condition k, momentum at its best settings shrinks the error by (sqrt(k) - 1) / (sqrt(k) + 1) a step, where descent without it cannot do better than (k - 1) / (k + 1).",
    Source = "Polyak 1964, doi:10.1016/0041-5553(64)90137-5",
    Seconds = 0.1)]
internal sealed class HeavyBallRate() : RuleClaim<SgdOptions>(
    ("no-momentum", options => options with { Momentum = 0 }),
    ("dampened", options => options with { Dampening = options.Momentum }))
{
    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<SgdOptions, MethodOptions> subject, ClaimContext context)
    {
        const int steps = 200;
        var figures = new Dictionary<string, double>(StringComparer.Ordinal);
        var holds = true;
        foreach (var condition in new[] { 25.0, 100 })
        {
            var root = Math.Sqrt(condition);
            var q = (root - 1) / (root + 1);
            var best = 4 / ((root + 1) * (root + 1));
            var factor = Factor(subject(new SgdOptions { LearningRate = best, Momentum = q * q }), condition, steps);
            var plain = Factor(new SgdOptions { LearningRate = 2 / (condition + 1) }, condition, steps);
            // The factor of the number of steps, at most 2 over the half that is measured, and as much for the phase of the swing.
            var margin = q * (Math.Pow(4, 2.0 / steps) - 1);
            holds &= Math.Abs(factor - q) <= margin && plain >= ((condition - 1) / (condition + 1)) - 1e-9;
            figures[$"factor_at_{condition}"] = Finite(factor);
            figures[$"claimed_at_{condition}"] = q;
            figures[$"margin_at_{condition}"] = margin;
            figures[$"descent_factor_at_{condition}"] = plain;
        }

        return new ClaimOutcome(holds ? Verdict.Holds : Verdict.Fails, figures);
    }

    // The geometric mean over the second half of the steps, from curvatures 1 to the condition number.
    private static double Factor(MethodOptions method, double condition, int steps)
    {
        const int count = 41;
        double[] curvatures = [.. Enumerable.Range(0, count).Select(i => Math.Pow(condition, i / (count - 1.0)))];
        double[] start = [.. curvatures.Select(_ => 1.0)], gradient = new double[count];
        using var numbers = new MovedNumbers(method, start);
        var half = 0.0;
        for (var step = 1; step <= steps; step++)
        {
            for (var i = 0; i < count; i++)
            {
                gradient[i] = curvatures[i] * numbers.Values[i];
            }

            numbers.Step(gradient);
            half = step == steps / 2 ? Largest(numbers) : half;
        }

        return Math.Pow(Largest(numbers) / half, 2.0 / steps);
    }

    private static double Largest(MovedNumbers numbers) => numbers.Values.ToArray().Max(Math.Abs);
}
