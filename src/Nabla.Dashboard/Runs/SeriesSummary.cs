using Nabla.Dashboard.Serving;
using Nabla.Runs;

namespace Nabla.Dashboard.Runs;

/// <summary>What a plot shows, in a sentence for those who do not see it.</summary>
internal static class SeriesSummary
{
    /// <summary>The sentence.</summary>
    /// <param name="points">The points of the series.</param>
    public static string Of(IReadOnlyList<MetricPoint> points)
    {
        if (points.Count == 0)
        {
            return "Nothing has been measured yet.";
        }

        MetricPoint first = points[0];
        MetricPoint last = points[^1];
        if (points.Count == 1)
        {
            return $"{Text.Short(first.Value)} at step {Text.Count(first.Step)}; nothing else has been measured.";
        }

        string extremes = "";
        MetricPoint[] finite = [.. points.Where(point => double.IsFinite(point.Value))];
        if (finite.Length > 0)
        {
            MetricPoint least = finite.MinBy(point => point.Value);
            MetricPoint greatest = finite.MaxBy(point => point.Value);
            extremes = $" Least {Text.Short(least.Value)} at step {Text.Count(least.Step)}, "
                + $"greatest {Text.Short(greatest.Value)} at step {Text.Count(greatest.Step)}.";
        }

        string broken = finite.Length < points.Count ? $" {Text.Count(points.Count - finite.Length)} values are not finite." : "";
        return $"From {Text.Short(first.Value)} at step {Text.Count(first.Step)} to {Text.Short(last.Value)} at step {Text.Count(last.Step)}."
            + extremes + broken;
    }
}
