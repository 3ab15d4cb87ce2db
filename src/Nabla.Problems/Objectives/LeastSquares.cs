using Nabla.Core;

namespace Nabla.Problems.Objectives;

/// <summary>|A x - b|² / 2 + λ Σ |x_i|, with bounds if wanted. The curvature is A'A.</summary>
public sealed class LeastSquares : ILinearComposite
{
    private readonly double[] _rows;
    private readonly double[] _columns;
    private readonly double[] _right;
    private readonly double[] _curvature;
    private readonly double[] _lower;
    private readonly double[] _upper;

    /// <summary>Makes the problem.</summary>
    /// <param name="rows">A, row by row.</param>
    /// <param name="right">b: one number a row.</param>
    /// <param name="absoluteWeight">λ; 0 or above.</param>
    /// <param name="lower">The least values; empty for none.</param>
    /// <param name="upper">The greatest values; empty for none.</param>
    /// <exception cref="ArgumentException">The numbers do not fit together.</exception>
    public LeastSquares(
        ReadOnlySpan<double> rows,
        ReadOnlySpan<double> right,
        double absoluteWeight = 0,
        ReadOnlySpan<double> lower = default,
        ReadOnlySpan<double> upper = default)
    {
        if (right.IsEmpty || rows.IsEmpty || rows.Length % right.Length != 0)
        {
            throw new ArgumentException(
                $"There are {rows.Length} numbers in rows and {right.Length} on the right. Give the same count of numbers for each row.",
                nameof(rows));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(absoluteWeight);
        (_rows, _right, AbsoluteWeight) = (rows.ToArray(), right.ToArray(), absoluteWeight);
        (_lower, _upper) = (lower.ToArray(), upper.ToArray());
        Dimension = rows.Length / right.Length;
        _columns = ColumnStore.Of(rows, right.Length);
        _curvature = new double[Dimension * Dimension];
        for (var r = 0; r < right.Length; r++)
        {
            var row = _rows.AsSpan(r * Dimension, Dimension);
            for (var i = 0; i < Dimension; i++)
            {
                for (var j = 0; j < Dimension; j++)
                {
                    _curvature[(i * Dimension) + j] += row[i] * row[j];
                }
            }
        }
    }

    /// <inheritdoc/>
    public int Dimension { get; }

    /// <inheritdoc/>
    public double AbsoluteWeight { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<double> Lower => _lower;

    /// <inheritdoc/>
    public ReadOnlySpan<double> Upper => _upper;

    /// <inheritdoc/>
    public int Outputs => _right.Length;

    /// <inheritdoc/>
    public double SquareWeight => 0;

    /// <inheritdoc/>
    public double Bend => 1;

    /// <inheritdoc/>
    public ReadOnlySpan<double> Column(int column) => _columns.AsSpan(column * Outputs, Outputs);

    /// <inheritdoc/>
    public double Slope(int output, double value) => value - _right[output];

    /// <inheritdoc/>
    public double Curvature(int row, int column) => _curvature[(row * Dimension) + column];

    /// <inheritdoc/>
    public double Value(ReadOnlySpan<double> point)
    {
        var sum = 0.0;
        for (var r = 0; r < _right.Length; r++)
        {
            var rest = Residual(r, point);
            sum += rest * rest / 2;
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Gradient(ReadOnlySpan<double> point, Span<double> gradient)
    {
        gradient.Clear();
        for (var r = 0; r < _right.Length; r++)
        {
            var rest = Residual(r, point);
            var row = _rows.AsSpan(r * Dimension, Dimension);
            for (var j = 0; j < row.Length; j++)
            {
                gradient[j] += rest * row[j];
            }
        }
    }

    private double Residual(int r, ReadOnlySpan<double> point)
    {
        var row = _rows.AsSpan(r * Dimension, Dimension);
        var sum = -_right[r];
        for (var j = 0; j < row.Length; j++)
        {
            sum += row[j] * point[j];
        }

        return sum;
    }
}
