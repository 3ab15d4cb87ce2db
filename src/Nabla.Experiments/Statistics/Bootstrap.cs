using Nabla.Engine;

namespace Nabla.Experiments;

/// <summary>Statistics over seeds by resampling seeds with replacement; the same seed gives the same numbers.</summary>
public static class Bootstrap
{
    /// <summary>Resamples that are drawn unless said otherwise.</summary>
    public const int DefaultResamples = 10_000;

    /// <summary>The mean and its 95 % percentile interval.</summary>
    /// <param name="values">A finite number for every seed; one or more.</param>
    /// <param name="seed">Seed of the resampling.</param>
    /// <param name="resamples">Resamples to draw. Range: 1 or more.</param>
    /// <returns>The mean with an interval; without one when there is a single value.</returns>
    /// <exception cref="ArgumentException">There is no value, or one is not finite.</exception>
    public static Interval Mean(ReadOnlySpan<double> values, Seed seed, int resamples = DefaultResamples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        if (values.IsEmpty)
        {
            throw new ArgumentException("There is no value to take the mean of.", nameof(values));
        }

        double sum = 0;
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"A value was {value}; every value must be finite."), nameof(values));
            }

            sum += value;
        }

        double mean = sum / values.Length;
        if (values.Length == 1)
        {
            return new Interval(mean, null, null);
        }

        RandomStream random = new(seed.Derive("bootstrap-mean"));
        double[] means = new double[resamples];
        for (int r = 0; r < resamples; r++)
        {
            double total = 0;
            for (int i = 0; i < values.Length; i++)
            {
                total += values[random.NextInt(values.Length)];
            }

            means[r] = total / values.Length;
        }

        Array.Sort(means);
        return new Interval(mean, Quantile(means, 0.025), Quantile(means, 0.975));
    }

    /// <summary>The probability of each method to have the lowest mean, resampling the same seeds for all of them.</summary>
    /// <param name="losses">
    /// For every method a loss for every seed, all in the same order of seeds; a loss that is not finite counts as worst.
    /// </param>
    /// <param name="seed">Seed of the resampling.</param>
    /// <param name="resamples">Resamples to draw. Range: 1 or more.</param>
    /// <returns>
    /// A probability for every method, summing to 1; ties are split. All null with fewer than two seeds or when no
    /// method has a finite loss.
    /// </returns>
    /// <exception cref="ArgumentException">The methods have different numbers of seeds.</exception>
    public static double?[] BestProbabilities(
        IReadOnlyList<IReadOnlyList<double>> losses, Seed seed, int resamples = DefaultResamples)
    {
        ArgumentNullException.ThrowIfNull(losses);
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 1);
        double?[] none = new double?[losses.Count];
        if (losses.Count == 0)
        {
            return none;
        }

        int seeds = losses[0].Count;
        if (losses.Any(l => l.Count != seeds))
        {
            throw new ArgumentException(
                "Every method needs a loss for every seed; the numbers of seeds are "
                + $"{string.Join(", ", losses.Select(l => l.Count))}.",
                nameof(losses));
        }

        if (seeds < 2 || !losses.Any(l => l.All(double.IsFinite)))
        {
            return none;
        }

        RandomStream random = new(seed.Derive("bootstrap-best"));
        double[] wins = new double[losses.Count];
        double[] means = new double[losses.Count];
        int[] drawn = new int[seeds];
        for (int r = 0; r < resamples; r++)
        {
            for (int i = 0; i < seeds; i++)
            {
                drawn[i] = random.NextInt(seeds);
            }

            for (int m = 0; m < losses.Count; m++)
            {
                double total = 0;
                foreach (int i in drawn)
                {
                    double loss = losses[m][i];
                    total += double.IsFinite(loss) ? loss : double.PositiveInfinity;
                }

                means[m] = total;
            }

            double best = means.Min();
            int ties = means.Count(m => m == best);
            for (int m = 0; m < losses.Count; m++)
            {
                wins[m] += means[m] == best ? 1.0 / ties : 0;
            }
        }

        return [.. wins.Select(w => (double?)(w / resamples))];
    }

    /// <summary>The mean difference of two methods over the same seeds, and its 95 % percentile interval.</summary>
    /// <param name="losses">A finite loss for every seed; one or more.</param>
    /// <param name="best">The losses of the method to compare with, in the same order of seeds.</param>
    /// <param name="seed">Seed of the resampling.</param>
    /// <param name="resamples">Resamples to draw. Range: 1 or more.</param>
    /// <returns>The mean of <paramref name="losses"/> minus that of <paramref name="best"/>; without an interval for one seed.</returns>
    /// <exception cref="ArgumentException">The numbers of seeds differ, there is none, or a loss is not finite.</exception>
    public static Interval Difference(
        ReadOnlySpan<double> losses, ReadOnlySpan<double> best, Seed seed, int resamples = DefaultResamples)
    {
        if (losses.Length != best.Length)
        {
            throw new ArgumentException(
                $"A difference needs pairs; there are {losses.Length} and {best.Length} losses.", nameof(best));
        }

        double[] differences = new double[losses.Length];
        for (int i = 0; i < losses.Length; i++)
        {
            differences[i] = losses[i] - best[i];
        }

        // Seeds that suit both methods, or neither, leave no trace in the differences: that is what pairs are for.
        return Mean(differences, seed.Derive("difference"), resamples);
    }

    private static double Quantile(double[] sorted, double probability)
    {
        double position = probability * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
