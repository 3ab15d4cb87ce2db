using System.Globalization;
using System.Text.Json.Nodes;

namespace Nabla.Experiments;

/// <summary>Brings a comparison of solvers into the store: its runs are over when they come there, all in one go.</summary>
internal static class SolverComparisonStore
{
    /// <summary>Curves keep each of the first queries, and then those that are 2 % further on.</summary>
    private const int Dense = 100;
    private const double Stride = 1.02;

    /// <summary>Keeps a run a solver, whose series is the share of problems solved, and a run for each solver on each problem.</summary>
    /// <param name="result">The comparison with its report.</param>
    /// <returns>The ids of both, solvers in their order and pairs in the order of the traces.</returns>
    public static (IReadOnlyList<string> Solvers, IReadOnlyList<string> Pairs) Keep(SolverComparisonResult result)
    {
        using RunStore store = RunStore.Open(result.Plan.Home);
        int solvers = result.Costs.Methods.Count;
        IReadOnlyList<string> ids = store.AddRuns(
        [
            .. Enumerable.Range(0, solvers).Select(s => Summary(result, s)),
            .. result.Traces.Select((trace, i) => Pair(result, trace, i % solvers, i / solvers)),
        ]);
        return ([.. ids.Take(solvers)], [.. ids.Skip(solvers)]);
    }

    private static FinishedRun Summary(SolverComparisonResult result, int solver)
    {
        long gradients = Enumerable.Range(0, result.Costs.Problems.Count).Sum(p => result.Trace(solver, p).Result.Counts.Gradients);
        JsonObject settings = Settings(result);
        settings["problems"] = result.Costs.Problems.Count;
        return new FinishedRun(
            Row(result, solver, "problems", settings),
            new RunOutcome("completed", string.Create(
                CultureInfo.InvariantCulture, $"Solved {result.Performance[solver].Solved:P0} of {result.Costs.Problems.Count} problems."))
            {
                Steps = gradients,
            },
            new Dictionary<string, IReadOnlyList<MetricPoint>>
            {
                ["solved_share"] = [.. result.Queries[solver].Steps.Select(step => new MetricPoint((long)step.X, 0, step.Share))],
            });
    }

    private static FinishedRun Pair(SolverComparisonResult result, SolverTrace trace, int solver, int problem)
    {
        JsonObject settings = Settings(result);
        double queries = result.Costs[solver, problem];
        settings["queries_to_solve"] = double.IsFinite(queries) ? queries : null;
        settings["value_queries"] = trace.Result.Counts.Values;
        settings["hessian_vector_queries"] = trace.Result.Counts.Products;
        return new FinishedRun(
            Row(result, solver, trace.Problem.Name, settings),
            new RunOutcome(trace.Result.Ending.Key, trace.Result.Ending.Advice)
            {
                Steps = trace.Result.Iterations,
                FinalLoss = trace.Best,
                Seconds = trace.Seconds.Count > 0 ? trace.Seconds[^1] : 0,
            },
            new Dictionary<string, IReadOnlyList<MetricPoint>>
            {
                [MetricNames.Loss] = Curve(trace.Values, trace.Seconds),
                [MetricNames.GradientNorm] = Curve(trace.Norms, trace.Seconds),
            });
    }

    private static List<MetricPoint> Curve(IReadOnlyList<double> values, IReadOnlyList<double> seconds)
    {
        List<MetricPoint> points = [];
        for (int i = 0; i < values.Count; i++)
        {
            if (i < Dense || i + 1 >= Stride * points[^1].Step || i == values.Count - 1)
            {
                points.Add(new MetricPoint(i + 1, seconds[i], values[i]));
            }
        }

        return points;
    }

    private static JsonObject Settings(SolverComparisonResult result) => new()
    {
        ["gradient_queries"] = result.Plan.GradientQueries,
        ["accuracy"] = result.Plan.Accuracy,
        ["report"] = result.Report,
    };

    private static StoredRun Row(SolverComparisonResult result, int solver, string task, JsonObject settings) => new()
    {
        Verb = "compare",
        Task = task,
        Method = result.Costs.Methods[solver],
        Options = SolverComparison.OptionsOf(result.Plan, result.Costs.Methods[solver]),
        Settings = settings.ToJsonString(),
        Versions = MachineFacts.Versions,
        Threads = 1,
        Commit = SourceState.Current.Commit,
        IsClean = SourceState.Current.IsClean,
    };
}
