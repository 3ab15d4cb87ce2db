using Nabla.Claims.FirstOrder;
using Nabla.Core;
using Nabla.Procedures.Solvers;

namespace Nabla.Claims.Solvers;

/// <summary>Gradient queries until stationary on drawn regressions that are not convex, against ε and d, beside first-order methods.</summary>
[Claim(
    "optimistic-quasi-newton/queries-on-drawn-functions",
    Says = "On smooth functions that are not convex, gradient queries to an eps-stationary point grow no faster than eps^(-13/8), slower than those of accelerated gradients and of gradient descent.",
    Source = "arXiv:2412.02175, abstract; the functions are Nabla's",
    Seconds = 2)]
internal sealed class QueriesOnDrawnFunctions() : RuleClaim<OptimisticQuasiNewtonOptions>(
    ("no-curvature", o => o with { LearnsCurvature = false }),
    ("rate-of-first-order", o => o with { Rate = 0.5 }))
{
    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<OptimisticQuasiNewtonOptions, MethodOptions> subject, ClaimContext context)
    {
        double[] targets = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8];
        int[] dimensions = context.Full ? [4, 8, 16, 32, 64] : [4, 8, 16];
        var draws = context.Full ? 20 : 4;
        List<(double, double)> Over(Func<ISolver> make) => [.. targets.Select(e => (1 / e, Queries(make, 8, e, draws, context)))];
        ISolver Ours() => ((SolverOptions)subject(new OptimisticQuasiNewtonOptions())).Create();
        List<(double X, double Y)> ours = Over(Ours), accelerated = Over(() => new Accelerated(new())), descent = Over(() => new GradientDescent(new()));
        List<(double, double)> wide = [.. dimensions.Select(d => ((double)d, Queries(Ours, d, targets[^1], draws, context)))];
        double exponent = LogarithmicSlope.Of(ours), first = LogarithmicSlope.Of(accelerated), inDimension = LogarithmicSlope.Of(wide);

        // Without a matrix exponents were nearly those of the accelerated method; with it somewhat more than half.
        const double Margin = 0.7;
        return ClaimOutcome.Of(
            exponent <= 13.0 / 8 && exponent < Margin * Math.Min(first, LogarithmicSlope.Of(descent)) && ours[^1].Y < descent[^1].Y,
            ("exponent", exponent),
            ("proved_exponent", 13.0 / 8),
            ("accelerated_exponent", first),
            ("gradient_exponent", LogarithmicSlope.Of(descent)),
            ("exponent_in_dimension", inDimension),
            ("limit_of_the_share_of_first_order_exponents", Margin),
            ("queries_at_the_least_target", ours[^1].Y),
            ("accelerated_queries_at_the_least_target", accelerated[^1].Y),
            ("gradient_queries_at_the_least_target", descent[^1].Y)) with
        {
            Plots =
            [
                new ClaimPlot("Gradient queries until stationary", "1 / eps", "gradient queries", new Dictionary<string, IReadOnlyList<(double X, double Y)>>
                {
                    ["quasi-Newton"] = ours,
                    ["accelerated"] = accelerated,
                    ["gradient descent"] = descent,
                })
                { LogX = true, LogY = true },
            ],
        };
    }

    /// <summary>The geometric mean over draws; a run that does not get there counts with the limit.</summary>
    private static double Queries(Func<ISolver> make, int dimension, double target, int draws, ClaimContext context)
    {
        const int Limit = 20_000;
        var sum = 0.0;
        for (var draw = 0; draw < draws; draw++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var result = make().Minimize(
                new DrawnRegression(dimension, context.Seed.Derive($"function {dimension} {draw}")),
                new double[dimension],
                new() { Tolerance = target, GradientQueries = Limit, Iterations = Limit });
            sum += Math.Log(result.Counts.Gradients);
        }

        return Math.Exp(sum / draws);
    }
}
