using Microsoft.AspNetCore.WebUtilities;
using Nabla.Runs;

namespace Nabla.Dashboard.Runs;

/// <summary>One plot of a page.</summary>
/// <param name="Series">Name of the series.</param>
/// <param name="Summaries">What it shows, in a sentence for each run that has the series.</param>
/// <param name="IsEmpty">Whether nothing was measured yet.</param>
/// <param name="TableAddress">Where its numbers are as a table.</param>
public sealed record PlotModel(string Series, IReadOnlyList<(StoredRun Run, string Sentence)> Summaries, bool IsEmpty, string TableAddress)
{
    // What a training writes, in the order a reader wants it.
    private static readonly string[] s_usual =
        [MetricNames.Loss, MetricNames.ValidationLoss, MetricNames.LearningRate, MetricNames.GradientNorm];

    /// <summary>The plots of some runs. Those that a training usually has are there even before the first point.</summary>
    /// <param name="store">The store.</param>
    /// <param name="runs">The runs.</param>
    public static IReadOnlyList<PlotModel> For(RunStore store, IReadOnlyList<StoredRun> runs)
    {
        string[] measured = [.. runs.SelectMany(run => store.SeriesNames(run.Id)).Distinct().Order(StringComparer.Ordinal)];
        return
        [
            .. s_usual.Concat(measured.Except(s_usual)).Select(series =>
            {
                (StoredRun, string)[] summaries = [.. runs.Select(run => (run, SeriesSummary.Of(store.Series(run.Id, series)).Sentence))];
                return new PlotModel(series, summaries, !measured.Contains(series), Table(runs, series));
            }),
        ];
    }

    private static string Table(IReadOnlyList<StoredRun> runs, string series) => QueryHelpers.AddQueryString(
        "/series",
        [KeyValuePair.Create("series", (string?)series), .. runs.Select(run => KeyValuePair.Create("run", (string?)run.Id))]);
}
