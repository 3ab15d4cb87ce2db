using Nabla.Runs;

namespace Nabla.Dashboard.Runs;

/// <summary>The numbers behind a plot: a row a step, a column a run.</summary>
/// <param name="Runs">The runs.</param>
/// <param name="Rows">Steps with the value of each run there, null where a run has none.</param>
/// <param name="IsSampled">Whether steps were left out.</param>
public sealed record SeriesTableModel(
    IReadOnlyList<StoredRun> Runs, IReadOnlyList<(long Step, IReadOnlyList<double?> Values)> Rows, bool IsSampled)
{
    private const int MostRows = 40;

    /// <summary>No runs.</summary>
    public static SeriesTableModel Empty { get; } = new([], [], false);

    /// <summary>Reads a series of some runs.</summary>
    /// <param name="store">The store.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="series">Name of the series.</param>
    public static SeriesTableModel Read(RunStore store, IReadOnlyList<StoredRun> runs, string series)
    {
        // A step that was measured twice, before and after a resumption, counts as measured last.
        Dictionary<long, double>[] columns =
        [
            .. runs.Select(run => store.Series(run.Id, series)
                .GroupBy(point => point.Step).ToDictionary(points => points.Key, points => points.Last().Value)),
        ];
        MetricPoint[] steps = [.. columns.SelectMany(column => column.Keys).Distinct().Order().Select(step => new MetricPoint(step, 0, 0))];
        IReadOnlyList<MetricPoint> kept = SeriesReduction.Sample(steps, MostRows);
        return new SeriesTableModel(
            runs,
            [.. kept.Select(point => (point.Step, (IReadOnlyList<double?>)
                [.. columns.Select(column => column.TryGetValue(point.Step, out double value) ? value : (double?)null)]))],
            kept.Count < steps.Length);
    }
}
