using System.Diagnostics;
using System.Globalization;
using Nabla.Core;
using Nabla.Problems.Solving;

namespace Nabla.Experiments;

/// <summary>Runs several solvers over the test bed and counts gradient queries until each problem is solved.</summary>
/// <remarks>
/// A problem is solved in the sense of Moré and Wild: all but a given part of the fall from the start to the lowest value
/// that any of the solvers came to is made.
/// </remarks>
public static class SolverComparison
{
    /// <summary>Compares, writes the report, a run a solver, and a run with its curves for each solver on each problem.</summary>
    /// <param name="plan">What to compare.</param>
    /// <param name="progress">Is told the problem that begins, with its number from 0; null: nobody.</param>
    /// <param name="cancellation">Ends it early with an exception; nothing is written then.</param>
    /// <returns>The outcome.</returns>
    /// <exception cref="OptionException">A solver or an option is wrong.</exception>
    /// <exception cref="Nabla.Problems.Datasets.DataException">There is no such problem.</exception>
    /// <exception cref="RunStoreException">The store or the report cannot be written.</exception>
    public static SolverComparisonResult Run(
        SolverComparisonPlan plan, Action<int, int, string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        SolverComparisonResult result = Measure(plan, progress, cancellation);
        string folder = Path.Combine(plan.Home ?? RunStore.DefaultHome, "reports");
        string stamp = result.Started.UtcDateTime.ToString("yyMMdd-HHmmss", CultureInfo.InvariantCulture);
        string path = Path.Combine(folder, $"solvers-{stamp}.html");
        for (int i = 2; File.Exists(path); i++)
        {
            path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"solvers-{stamp}-{i}.html"));
        }

        try
        {
            ReportPage.Write(SolverReport.Render(result), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException(
                $"The report cannot be written to '{path}': {e.Message} Name another folder with --out.", e);
        }

        result = result with { Report = Path.GetFullPath(path) };
        (IReadOnlyList<string> solvers, IReadOnlyList<string> pairs) = SolverComparisonStore.Keep(result);
        return result with { Runs = solvers, PairRuns = pairs };
    }

    /// <summary>Compares without writing anything.</summary>
    /// <param name="plan">What to compare.</param>
    /// <param name="progress">Is told the problem that begins, with its number from 0 and the number of all; null: nobody.</param>
    /// <param name="cancellation">Ends it early with an exception.</param>
    /// <returns>The outcome.</returns>
    public static SolverComparisonResult Measure(
        SolverComparisonPlan plan, Action<int, int, string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (!(plan.Accuracy > 0 && plan.Accuracy < 1))
        {
            throw new OptionException($"The accuracy was {plan.Accuracy}; it must lie between 0 and 1, usually 1e-1 to 1e-7.", "accuracy", plan.Accuracy);
        }

        DateTimeOffset started = DateTimeOffset.UtcNow;
        long clock = Stopwatch.GetTimestamp();
        IReadOnlyList<SolverProblem> problems = plan.Problems.Count == 0 ? SolverProblems.All : [.. plan.Problems.Select(SolverProblems.Find)];

        // All options are checked before the first run.
        foreach (string name in plan.Solvers)
        {
            MinimizeRun.Solver(name, OptionsOf(plan, name));
        }

        List<SolverTrace> traces = [];
        for (int p = 0; p < problems.Count; p++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Invoke(p, problems.Count, problems[p].Name);
            foreach (string name in plan.Solvers)
            {
                StoppingRule stop = new()
                {
                    Iterations = int.MaxValue,
                    GradientQueries = plan.GradientQueries,
                    ValueQueries = Math.Max(10, plan.GradientQueries) * 10,
                    Tolerance = 1e-12,
                    CancellationToken = cancellation,
                };
                traces.Add(SolverTrace.Of(problems[p], name, MinimizeRun.Solver(name, OptionsOf(plan, name)), stop));
                cancellation.ThrowIfCancellationRequested();
            }
        }

        CostTable costs = Costs(plan.Solvers, problems, traces, plan.Accuracy);
        return new SolverComparisonResult(
            plan,
            traces,
            costs,
            Profiles.Performance(costs),
            Profiles.Data(costs, [.. problems.Select(p => (long)p.Dimension)]),
            Profiles.Data(costs, [.. problems.Select(_ => 0L)]),
            started,
            Stopwatch.GetElapsedTime(clock).TotalSeconds);
    }

    /// <summary>Gradient queries until problems are solved.</summary>
    /// <param name="solvers">The solvers.</param>
    /// <param name="problems">The problems.</param>
    /// <param name="traces">A trace for every problem and solver, problem by problem.</param>
    /// <param name="accuracy">The part of the fall that may remain.</param>
    /// <returns>The costs.</returns>
    public static CostTable Costs(
        IReadOnlyList<string> solvers, IReadOnlyList<SolverProblem> problems, IReadOnlyList<SolverTrace> traces, double accuracy)
    {
        ArgumentNullException.ThrowIfNull(solvers);
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(traces);
        double[][] costs = [.. solvers.Select(_ => new double[problems.Count])];
        for (int p = 0; p < problems.Count; p++)
        {
            SolverTrace[] here = [.. traces.Skip(p * solvers.Count).Take(solvers.Count)];
            double lowest = here.Min(t => t.Best), start = here[0].StartValue;
            double limit = double.IsFinite(lowest) && lowest <= start ? Profiles.Limit(start, lowest, accuracy) : double.NegativeInfinity;
            for (int s = 0; s < solvers.Count; s++)
            {
                costs[s][p] = here[s].QueriesTo(limit);
            }
        }

        return new CostTable(solvers, [.. problems.Select(p => p.Name)], costs);
    }

    internal static IReadOnlyDictionary<string, string> OptionsOf(SolverComparisonPlan plan, string name) =>
        plan.Options.TryGetValue(name, out IReadOnlyDictionary<string, string>? options) ? options : new Dictionary<string, string>();
}
