using Nabla.Runs;

namespace Nabla.Dashboard.Runs;

/// <summary>Makes long series short enough to draw, without losing a spike.</summary>
internal static class SeriesReduction
{
    /// <summary>
    /// The points, or of more than <paramref name="most"/> the least and the greatest of each of equally long stretches,
    /// with the first and the last point. A value that is not a number stands for its stretch.
    /// </summary>
    /// <param name="points">The points in the order of their steps.</param>
    /// <param name="most">How many are drawn. Range: 4 or more.</param>
    public static IReadOnlyList<MetricPoint> Reduce(IReadOnlyList<MetricPoint> points, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 4);
        if (points.Count <= most)
        {
            return points;
        }

        int stretches = (most - 2) / 2;
        List<MetricPoint> kept = [points[0]];
        long inner = points.Count - 2;
        for (int stretch = 0; stretch < stretches; stretch++)
        {
            int begin = 1 + (int)(inner * stretch / stretches);
            int end = 1 + (int)(inner * (stretch + 1) / stretches);
            int least = begin;
            int greatest = begin;
            for (int i = begin; i < end; i++)
            {
                // Not a number compares as neither, so it is looked for by itself.
                if (double.IsNaN(points[i].Value))
                {
                    least = greatest = i;
                    break;
                }

                least = points[i].Value < points[least].Value ? i : least;
                greatest = points[i].Value > points[greatest].Value ? i : greatest;
            }

            kept.Add(points[Math.Min(least, greatest)]);
            if (least != greatest)
            {
                kept.Add(points[Math.Max(least, greatest)]);
            }
        }

        kept.Add(points[^1]);
        return kept;
    }

    /// <summary>About so many points, evenly over the series, the first and the last among them: for a table.</summary>
    /// <param name="points">The points.</param>
    /// <param name="most">How many. Range: 2 or more.</param>
    public static IReadOnlyList<MetricPoint> Sample(IReadOnlyList<MetricPoint> points, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        return points.Count <= most
            ? points
            : [.. Enumerable.Range(0, most).Select(i => points[(int)((long)i * (points.Count - 1) / (most - 1))])];
    }
}
