using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.SophiaG;

/// <summary>The number of steps does not depend on the condition number.</summary>
[Claim(
    "sophia-g/any-condition",
    Says = "With the curvature known, the number of steps to a given share of the loss is the same for every condition number, and no step is longer than the rate.",
    Source = "arXiv:2305.14342, abstract, on the run-time bound and on clipping; here with the curvature known, without noise",
    Seconds = 0.2)]
internal sealed class AnyCondition() : RuleClaim<SophiaGOptions>(
    ("always-clipped", options => options with { Rho = 1e-12 }),
    ("hardly-divided", options => options with { Rho = 1e3 }))
{
    private const double Rate = 0.1;

    // No whole number of steps of the rate away from the minimum.
    private const double Start = 1.03;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<SophiaGOptions, MethodOptions> subject, ClaimContext context)
    {
        // One number for each curvature from 1 to the condition number, whose curvature state is set, not estimated.
        var options = new SophiaGOptions
        {
            LearningRate = Rate,
            Beta1 = 0,
            Rho = 1,
            BatchSize = 1,
            WeightDecay = 0,
            Phase = SophiaPhase.Step,
        };
        var (low, longest) = Steps(subject(options), 10);
        var (high, longestHigh) = Steps(subject(options), 1e8);
        // Divided by the curvature, a number's distance is below 1.1, so that it falls by the factor 1 - rate from the start.
        var expected = Math.Ceiling(Math.Log(1e-3) / Math.Log(1 - Rate));
        return ClaimOutcome.Of(
            low == high && low <= expected + 1 && Math.Max(longest, longestHigh) <= Rate * (1 + 1e-12),
            ("steps_at_condition_10", low),
            ("steps_at_condition_1e8", high),
            ("expected_steps", expected),
            ("longest_step_over_rate", Math.Max(longest, longestHigh) / Rate));
    }

    // Steps until every number has come to a thousandth of its start, 10,000 when it never does.
    private static (double Steps, double Longest) Steps(MethodOptions method, double condition)
    {
        const int most = 10_000;
        double worst = 0, longest = 0;
        for (var i = 0; i <= 8; i++)
        {
            var curvature = Math.Pow(condition, i / 8.0);
            using var number = new MovedNumbers(method, [Start]);
            number.Restart(1, ("hessian", curvature));
            var steps = 0;
            while (steps < most && Math.Abs(number.Values[0]) > 1e-3 * Start)
            {
                longest = Math.Max(longest, Math.Abs(number.Move([curvature * number.Values[0]])[0]));
                steps++;
            }

            worst = Math.Max(worst, steps);
        }

        return (worst, longest);
    }
}
