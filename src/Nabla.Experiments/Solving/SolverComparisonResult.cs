namespace Nabla.Experiments;

/// <summary>What a comparison of solvers came to.</summary>
/// <param name="Plan">What was asked for.</param>
/// <param name="Traces">A trace for every problem and solver, problem by problem, solvers in their order.</param>
/// <param name="Costs">Gradient queries until a problem was solved.</param>
/// <param name="Performance">Performance profiles.</param>
/// <param name="Data">Data profiles; a unit is the gradient queries of one more than the problem's unknowns.</param>
/// <param name="Queries">Data profiles whose unit is one gradient query.</param>
/// <param name="Started">When it began.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record SolverComparisonResult(
    SolverComparisonPlan Plan,
    IReadOnlyList<SolverTrace> Traces,
    CostTable Costs,
    IReadOnlyList<Profile> Performance,
    IReadOnlyList<Profile> Data,
    IReadOnlyList<Profile> Queries,
    DateTimeOffset Started,
    double Seconds)
{
    /// <summary>Full path of the report.</summary>
    public string? Report { get; init; }

    /// <summary>The ids of the runs in the store, one a solver.</summary>
    public IReadOnlyList<string> Runs { get; init; } = [];

    /// <summary>The ids of the runs of each solver on each problem, in the order of <see cref="Traces"/>.</summary>
    public IReadOnlyList<string> PairRuns { get; init; } = [];

    /// <summary>The trace of a solver on a problem.</summary>
    /// <param name="solver">Its number in <see cref="CostTable.Methods"/>.</param>
    /// <param name="problem">Its number in <see cref="CostTable.Problems"/>.</param>
    public SolverTrace Trace(int solver, int problem) => Traces[(problem * Costs.Methods.Count) + solver];

    /// <summary>The median gradient queries of a solver over the problems that all solvers solved; not a number without any.</summary>
    /// <param name="solver">Its number.</param>
    public double MedianQueries(int solver)
    {
        double[] common = [.. Enumerable.Range(0, Costs.Problems.Count)
            .Where(p => Enumerable.Range(0, Costs.Methods.Count).All(m => double.IsFinite(Costs[m, p])))
            .Select(p => Costs[solver, p])];
        return common.Length == 0 ? double.NaN : Sample.Median(common);
    }
}
