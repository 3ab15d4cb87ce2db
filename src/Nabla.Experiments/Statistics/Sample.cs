namespace Nabla.Experiments;

/// <summary>What is said of a handful of numbers.</summary>
public static class Sample
{
    /// <summary>The middle of some numbers, the mean of the middle two where their count is even.</summary>
    /// <param name="values">One or more; infinite ones are allowed.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0
            ? throw new ArgumentException("There is no median of no numbers.", nameof(values))
            : sorted.Length % 2 == 1
                ? sorted[sorted.Length / 2]
                : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
