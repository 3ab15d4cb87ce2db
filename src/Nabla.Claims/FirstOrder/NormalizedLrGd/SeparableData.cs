using Nabla.Engine;

namespace Nabla.Claims.FirstOrder.NormalizedLrGd;

/// <summary>Examples that a hyperplane through zero separates by a margin.</summary>
/// <param name="Rows">The features, example by example.</param>
/// <param name="Labels">1 or -1.</param>
internal sealed record SeparableData(double[] Rows, double[] Labels)
{
    /// <summary>Draws normal examples and keeps those that are far enough from the hyperplane.</summary>
    /// <param name="seed">Fixes them.</param>
    /// <param name="count">How many examples.</param>
    /// <param name="dimension">How many features.</param>
    /// <param name="margin">The least distance to the hyperplane.</param>
    public static SeparableData Draw(Seed seed, int count, int dimension, double margin)
    {
        var random = new RandomStream(seed);
        var normal = new double[dimension];
        Fill(random, normal);
        var length = Math.Sqrt(normal.Sum(v => v * v));
        var (rows, labels) = (new List<double>(), new List<double>());
        var row = new double[dimension];
        while (labels.Count < count)
        {
            Fill(random, row);
            var distance = row.Zip(normal, (a, b) => a * b).Sum() / length;
            if (Math.Abs(distance) >= margin)
            {
                rows.AddRange(row);
                labels.Add(Math.Sign(distance));
            }
        }

        return new([.. rows], [.. labels]);
    }

    /// <summary>
    /// Draws many examples near one direction, and a few that point against it but for one feature, which separates them.
    /// </summary>
    /// <param name="seed">Fixes them.</param>
    /// <param name="count">How many examples.</param>
    /// <param name="dimension">How many features; 2 or more.</param>
    /// <param name="hard">How many of them are hard.</param>
    public static SeparableData DrawRareHard(Seed seed, int count, int dimension, int hard)
    {
        var random = new RandomStream(seed);
        var (rows, labels) = (new double[count * dimension], new double[count]);
        for (var i = 0; i < count; i++)
        {
            // The weights (1/4, 1, 0, ...) are right by a margin for both kinds.
            var row = rows.AsSpan(i * dimension, dimension);
            labels[i] = random.NextDouble() < 0.5 ? 1 : -1;
            row[0] = labels[i] * (i < hard ? -1 : 1);
            row[1] = labels[i] * (i < hard ? 0.5 : 0);
            for (var j = 2; j < dimension; j++)
            {
                row[j] = 0.05 * random.NextGaussian();
            }
        }

        return new(rows, labels);
    }

    private static void Fill(RandomStream random, double[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = random.NextGaussian();
        }
    }
}
