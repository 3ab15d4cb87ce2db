using Nabla.Core;

namespace Nabla.Problems.Objectives;

/// <summary>
/// The map of Douglas and Rachford for a point in two sets at once: T x = x + P₂(2 P₁ x - x) - P₁ x. It has a fixed point where the sets
/// meet; where they do not, x - T x nears the shortest way from the second set to the first.
/// </summary>
public sealed class FeasibilitySplitting : IFixedPointMap
{
    private readonly Func<double[], double[]> _first;
    private readonly Func<double[], double[]> _second;

    private FeasibilitySplitting(int dimension, Func<double[], double[]> first, Func<double[], double[]> second) =>
        (Dimension, _first, _second) = (dimension, first, second);

    /// <inheritdoc/>
    public int Dimension { get; }

    /// <summary>The constraints of a linear program: A x = b first, x ≥ 0 second.</summary>
    /// <param name="dimension">The number of variables.</param>
    /// <param name="rows">A, row by row; the rows must not depend on each other.</param>
    /// <param name="right">b: one number a row.</param>
    /// <exception cref="ArgumentException">The numbers do not fit together, or rows depend on each other.</exception>
    public static FeasibilitySplitting LinearProgram(int dimension, ReadOnlySpan<double> rows, ReadOnlySpan<double> right)
    {
        var plane = new Planes(dimension, rows, right);
        return new(dimension, plane.Nearest, x => Array.ConvertAll(x, v => Math.Max(v, 0)));
    }

    /// <summary>Two linear systems, A x = b first, C x = d second.</summary>
    /// <param name="dimension">The number of variables.</param>
    /// <param name="rows">A, row by row; the rows must not depend on each other.</param>
    /// <param name="right">b: one number a row.</param>
    /// <param name="otherRows">C, likewise.</param>
    /// <param name="otherRight">d.</param>
    /// <exception cref="ArgumentException">The numbers do not fit together, or rows of a system depend on each other.</exception>
    public static FeasibilitySplitting TwoSystems(
        int dimension, ReadOnlySpan<double> rows, ReadOnlySpan<double> right, ReadOnlySpan<double> otherRows, ReadOnlySpan<double> otherRight) =>
        new(dimension, new Planes(dimension, rows, right).Nearest, new Planes(dimension, otherRows, otherRight).Nearest);

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<double> point, Span<double> image)
    {
        double[] x = point.ToArray(), near = _first(x), mirrored = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            mirrored[i] = (2 * near[i]) - x[i];
        }

        var other = _second(mirrored);
        for (var i = 0; i < x.Length; i++)
        {
            image[i] = x[i] + other[i] - near[i];
        }
    }

    /// <summary>Planes by orthonormal rows.</summary>
    private sealed class Planes
    {
        private readonly List<(double[] Row, double Right)> _rows = [];

        public Planes(int dimension, ReadOnlySpan<double> rows, ReadOnlySpan<double> right)
        {
            if (dimension < 1 || rows.Length != dimension * right.Length)
            {
                throw new ArgumentException(
                    $"There are {rows.Length} numbers in rows; {right.Length} rows of {dimension} need {(long)dimension * right.Length}. Give one number a row and variable.",
                    nameof(rows));
            }

            for (var r = 0; r < right.Length; r++)
            {
                var row = rows.Slice(r * dimension, dimension).ToArray();
                var (value, whole) = (right[r], Math.Sqrt(row.Sum(x => x * x)));

                // Twice, so that nearly parallel rows stay orthogonal to rounding.
                for (var pass = 0; pass < 2; pass++)
                {
                    foreach (var (known, at) in _rows)
                    {
                        var along = Dot(known, row);
                        value -= along * at;
                        for (var i = 0; i < dimension; i++)
                        {
                            row[i] -= along * known[i];
                        }
                    }
                }

                var norm = Math.Sqrt(Dot(row, row));
                if (!(norm > 1e-12 * whole))
                {
                    throw new ArgumentException($"Row {r} depends on the rows before it. Leave it out.", nameof(rows));
                }

                _rows.Add((Array.ConvertAll(row, x => x / norm), value / norm));
            }
        }

        public double[] Nearest(double[] point)
        {
            double[] nearest = [.. point];
            foreach (var (row, right) in _rows)
            {
                var off = Dot(row, point) - right;
                for (var i = 0; i < nearest.Length; i++)
                {
                    nearest[i] -= off * row[i];
                }
            }

            return nearest;
        }

        private static double Dot(double[] a, double[] b)
        {
            var sum = 0.0;
            for (var i = 0; i < a.Length; i++)
            {
                sum += a[i] * b[i];
            }

            return sum;
        }
    }
}
