namespace Nabla.Experiments.Unlearning;

/// <summary>The two-sample test of Kolmogorov and Smirnov: could both samples come from one distribution?</summary>
/// <remarks>
/// Forget quality is its p-value between the truth ratios of an unlearned and of a retrained model (TOFU, arXiv:2401.06121). For two
/// samples of equal size N the value is exact: 2 Σ (-1)^(j-1) C(2N, N - jh) / C(2N, N) with h = N D. For unequal sizes it is the
/// asymptotic one, 2 Σ (-1)^(j-1) exp(-2 j² nm/(n+m) D²).
/// </remarks>
/// <param name="Statistic">The greatest distance of the two empirical distribution functions, from 0 to 1.</param>
/// <param name="PValue">The probability of such a distance or a greater one, from 0 to 1; 0 where it is too small for a double.</param>
/// <param name="Log10PValue">Its logarithm to base 10, which is finite for any size.</param>
public readonly record struct KolmogorovSmirnov(double Statistic, double PValue, double Log10PValue)
{
    // Below this the asymptotic probability differs from 1 by less than a double can say.
    private const double SurelyOne = 0.15;

    /// <summary>Compares two samples.</summary>
    /// <param name="first">Finite numbers; at least one.</param>
    /// <param name="second">Finite numbers; at least one.</param>
    /// <exception cref="ArgumentException">A sample is empty or holds what is no number.</exception>
    public static KolmogorovSmirnov Of(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        double[] a = Sorted(first, nameof(first)), b = Sorted(second, nameof(second));
        double distance = 0;
        // Counts rather than shares, so that equal sizes give an exact whole number.
        long gap = 0;
        for (int i = 0, j = 0; i < a.Length || j < b.Length;)
        {
            double at = i == a.Length ? b[j] : j == b.Length ? a[i] : Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] == at)
            {
                i++;
            }

            while (j < b.Length && b[j] == at)
            {
                j++;
            }

            distance = Math.Max(distance, Math.Abs(((double)i / a.Length) - ((double)j / b.Length)));
            gap = Math.Max(gap, Math.Abs(i - j));
        }

        if (distance == 0)
        {
            return new KolmogorovSmirnov(0, 1, 0);
        }

        (double p, double log) = a.Length == b.Length ? Exact(a.Length, (int)gap) : Asymptotic(a.Length, b.Length, distance);
        return new KolmogorovSmirnov(distance, Math.Clamp(p, 0, 1), Math.Min(log, 0));
    }

    // ln C(2N, N - m) / C(2N, N) as a sum of m logarithms, which keeps more digits than differences of log-gammas.
    private static double LogRatio(int size, int m)
    {
        double sum = 0;
        for (int i = 1; i <= m; i++)
        {
            sum += Math.Log((double)(size - m + i) / (size + i));
        }

        return sum;
    }

    private static (double P, double Log10) Exact(int size, int gap)
    {
        double first = LogRatio(size, gap);
        double series = 0;
        for (int j = 1; j * (long)gap <= size; j++)
        {
            series += (j % 2 == 1 ? 1 : -1) * Math.Exp(LogRatio(size, j * gap) - first);
        }

        double log = first + Math.Log(2 * series);
        return (Math.Exp(log), log / Math.Log(10));
    }

    private static (double P, double Log10) Asymptotic(int first, int second, double distance)
    {
        double lambda = Math.Sqrt((double)first * second / (first + second)) * distance;
        if (lambda < SurelyOne)
        {
            return (1, 0);
        }

        double leading = -2 * lambda * lambda;
        double series = 0;
        for (int j = 1; j <= 100; j++)
        {
            series += (j % 2 == 1 ? 1 : -1) * Math.Exp(leading * ((j * j) - 1));
        }

        double log = leading + Math.Log(2 * series);
        return (Math.Exp(log), log / Math.Log(10));
    }

    private static double[] Sorted(IReadOnlyList<double> sample, string name)
    {
        ArgumentNullException.ThrowIfNull(sample, name);
        if (sample.Count == 0 || sample.Any(v => !double.IsFinite(v)))
        {
            throw new ArgumentException("A sample needs at least one number, and finite ones only.", name);
        }

        double[] sorted = [.. sample];
        Array.Sort(sorted);
        return sorted;
    }
}
