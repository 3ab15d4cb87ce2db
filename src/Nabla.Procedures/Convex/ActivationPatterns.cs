using MathNet.Numerics.LinearAlgebra;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Convex;

/// <summary>
/// Which rows a rectified unit can let through at once: the vectors 1[X a ≥ 0] over all directions a. They are the cells into
/// which the rows, as hyperplanes, cut the space of directions.
/// </summary>
public static class ActivationPatterns
{
    /// <summary>The most patterns that are listed.</summary>
    public const int Limit = 20_000;

    private const double Flat = 1e-10;
    private const int DrawsAPattern = 20;
    private const int SpareDraws = 1000;

    /// <summary>How many cells rows in general position make: 2 Σ_{k &lt; rank} C(rows - 1, k).</summary>
    /// <param name="rows">Rows that are not zero; at least 1.</param>
    /// <param name="rank">Their rank; at least 1.</param>
    /// <returns>An upper limit where the position is not general.</returns>
    public static double CountOf(int rows, int rank)
    {
        double sum = 0, term = 1;
        for (var k = 0; k < Math.Min(rank, rows); k++)
        {
            sum += term;
            term *= (rows - 1.0 - k) / (k + 1);
        }

        return 2 * sum;
    }

    /// <summary>All patterns, in the order of their bits. A row of zeros is let through always.</summary>
    /// <param name="rows">The features.</param>
    /// <param name="intercept">Whether units see a constant 1 after the features.</param>
    /// <returns>One truth value a row in each pattern.</returns>
    /// <exception cref="ArgumentException">There are more than <see cref="Limit"/> patterns.</exception>
    public static IReadOnlyList<bool[]> Enumerate(LabelledRows rows, bool intercept = false)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var table = Table(rows, intercept);
        var used = Enumerable.Range(0, table.Length).Where(k => VectorMath.Norm(table[k]) > 0).ToArray();
        if (used.Length == 0)
        {
            return [[.. table.Select(_ => true)]];
        }

        // Coordinates in the space that the rows span, rows of length 1.
        var matrix = Matrix<double>.Build.Dense(used.Length, table[0].Length, (i, j) => table[used[i]][j] / VectorMath.Norm(table[used[i]]));
        var svd = matrix.Svd();
        var rank = svd.S.Count(s => s > Flat * svd.S[0]);
        if (CountOf(used.Length, rank) > Limit)
        {
            throw new ArgumentException(
                $"{used.Length} rows of rank {rank} have up to {CountOf(used.Length, rank):G3} activation patterns; at most {Limit} are listed. "
                + "Set the number of patterns, so that they are drawn.",
                nameof(rows));
        }

        var inner = matrix * svd.VT.SubMatrix(0, rank, 0, matrix.ColumnCount).Transpose();
        var cells = Cells([.. inner.EnumerateRows().Select(r => r.ToArray())], rank);
        return Sorted(cells.Select(cell =>
        {
            var pattern = table.Select(_ => true).ToArray();
            for (var i = 0; i < used.Length; i++)
            {
                pattern[used[i]] = cell[i] == '1';
            }

            return pattern;
        }));
    }

    /// <summary>Different patterns of directions drawn from a normal distribution, in the order of their bits.</summary>
    /// <param name="rows">The features.</param>
    /// <param name="count">How many patterns; at least 1. Fewer come back where draws bring nothing new.</param>
    /// <param name="seed">Fixes the draws.</param>
    /// <param name="intercept">Whether units see a constant 1 after the features.</param>
    /// <returns>One truth value a row in each pattern.</returns>
    public static IReadOnlyList<bool[]> Sample(LabelledRows rows, int count, Seed seed, bool intercept = false)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var table = Table(rows, intercept);
        var random = new RandomStream(seed);
        var seen = new Dictionary<string, bool[]>(StringComparer.Ordinal);
        var direction = new double[table[0].Length];
        for (var draws = (long)DrawsAPattern * count + SpareDraws; draws > 0 && seen.Count < count; draws--)
        {
            for (var j = 0; j < direction.Length; j++)
            {
                direction[j] = random.NextGaussian();
            }

            var pattern = table.Select(row => VectorMath.Dot(row, direction) >= 0).ToArray();
            seen.TryAdd(Key(pattern), pattern);
        }

        return Sorted(seen.Values);
    }

    /// <summary>The rows as vectors, a constant 1 after the features where asked for.</summary>
    internal static double[][] Table(LabelledRows rows, bool intercept) =>
        [.. Enumerable.Range(0, rows.Count).Select(k => (double[])[.. rows.Row(k), .. intercept ? (double[])[1] : []])];

    private static IReadOnlyList<bool[]> Sorted(IEnumerable<bool[]> patterns) => [.. patterns.OrderBy(Key, StringComparer.Ordinal)];

    private static string Key(bool[] pattern) => string.Create(pattern.Length, pattern, (text, bits) =>
    {
        for (var k = 0; k < bits.Length; k++)
        {
            text[k] = bits[k] ? '1' : '0';
        }
    });

    /// <summary>
    /// The cells of full dimension as strings of signs. Each is a cone with an edge along which rows of rank one less than
    /// its dimension are zero; so all edges are tried, and around each edge the cells of the rows that are zero on it.
    /// </summary>
    private static HashSet<string> Cells(double[][] rows, int rank)
    {
        var cells = new HashSet<string>(StringComparer.Ordinal);
        if (rank == 1)
        {
            var signs = rows.Select(row => row[0] > 0).ToArray();
            return [Key(signs), Key([.. signs.Select(s => !s)])];
        }

        var edges = new HashSet<string>(StringComparer.Ordinal);
        foreach (var chosen in Subsets(rows.Length, rank - 1))
        {
            if (Edge(rows, chosen, rank) is not { } basis)
            {
                continue;
            }

            var along = rows.Select(row => VectorMath.Dot(row, basis[^1])).ToArray();
            var flat = Enumerable.Range(0, rows.Length).Where(k => Math.Abs(along[k]) <= Flat).ToArray();
            if (!edges.Add(string.Join(',', flat)))
            {
                continue;
            }

            var across = flat.Select(k => basis[..^1].Select(b => VectorMath.Dot(rows[k], b)).ToArray()).ToArray();
            foreach (var part in Cells(across, rank - 1))
            {
                foreach (var side in (int[])[1, -1])
                {
                    var signs = along.Select(a => side * a > 0).ToArray();
                    for (var i = 0; i < flat.Length; i++)
                    {
                        signs[flat[i]] = part[i] == '1';
                    }

                    cells.Add(Key(signs));
                }
            }
        }

        return cells;
    }

    /// <summary>An orthonormal basis whose last vector is orthogonal to the chosen rows; null where these depend on each other.</summary>
    private static double[][]? Edge(double[][] rows, int[] chosen, int rank)
    {
        var basis = new List<double[]>();
        bool Add(double[] candidate, double least)
        {
            var rest = candidate.ToArray();
            for (var twice = 0; twice < 2; twice++)
            {
                foreach (var b in basis)
                {
                    VectorMath.Add(rest, -VectorMath.Dot(rest, b), b);
                }
            }

            var norm = VectorMath.Norm(rest);
            if (norm <= least)
            {
                return false;
            }

            VectorMath.Scale(rest, 1 / norm);
            basis.Add(rest);
            return true;
        }

        foreach (var k in chosen)
        {
            if (!Add(rows[k], 1e-8))
            {
                return null;
            }
        }

        // One unit vector at least is not nearly in the span of the others.
        for (var j = 0; j < rank && basis.Count < rank; j++)
        {
            var unit = new double[rank];
            unit[j] = 1;
            Add(unit, 0.5 / Math.Sqrt(rank));
        }

        return [.. basis];
    }

    private static IEnumerable<int[]> Subsets(int count, int size)
    {
        var chosen = Enumerable.Range(0, size).ToArray();
        while (true)
        {
            yield return chosen;
            var i = size - 1;
            while (i >= 0 && chosen[i] == count - size + i)
            {
                i--;
            }

            if (i < 0)
            {
                yield break;
            }

            chosen[i]++;
            for (var j = i + 1; j < size; j++)
            {
                chosen[j] = chosen[j - 1] + 1;
            }
        }
    }
}
