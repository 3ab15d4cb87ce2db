using Nabla.Dashboard.Serving;
using Nabla.Runs;

namespace Nabla.Dashboard.Runs;

/// <summary>What a plot shows, in a sentence for those who do not see it; grows with the series.</summary>
internal sealed class SeriesSummary
{
    private MetricPoint? _first;
    private MetricPoint _last;
    private MetricPoint? _least;
    private MetricPoint? _greatest;
    private long _count;
    private long _broken;

    /// <summary>The sentence.</summary>
    public string Sentence
    {
        get
        {
            if (_first is not { } first)
            {
                return "Nothing has been measured yet.";
            }

            string broken = _broken > 0 ? $" {Text.Count(_broken)} of {Text.Count(_count)} values are not finite." : "";
            if (_count == 1)
            {
                return $"{Text.Short(first.Value)} at step {Text.Count(first.Step)}; nothing else has been measured.";
            }

            if (_broken == 0 && _least!.Value.Value == _greatest!.Value.Value)
            {
                return $"{Text.Short(first.Value)} throughout, from step {Text.Count(first.Step)} to step {Text.Count(_last.Step)}.";
            }

            string extremes = _least is { } least && _greatest is { } greatest
                ? $" Least {Text.Short(least.Value)} at step {Text.Count(least.Step)}, "
                    + $"greatest {Text.Short(greatest.Value)} at step {Text.Count(greatest.Step)}."
                : "";
            return $"From {Text.Short(first.Value)} at step {Text.Count(first.Step)} to {Text.Short(_last.Value)} "
                + $"at step {Text.Count(_last.Step)}." + extremes + broken;
        }
    }

    /// <summary>The summary of a whole series.</summary>
    /// <param name="points">The points of the series.</param>
    public static SeriesSummary Of(IReadOnlyList<MetricPoint> points)
    {
        SeriesSummary summary = new();
        summary.Add(points);
        return summary;
    }

    /// <summary>Takes in more of the series.</summary>
    /// <param name="points">Its next points.</param>
    public void Add(IReadOnlyList<MetricPoint> points)
    {
        foreach (MetricPoint point in points)
        {
            _first ??= point;
            _last = point;
            _count++;
            if (!double.IsFinite(point.Value))
            {
                _broken++;
                continue;
            }

            _least = _least is { } least && least.Value <= point.Value ? least : point;
            _greatest = _greatest is { } greatest && greatest.Value >= point.Value ? greatest : point;
        }
    }
}
