using Nabla.Core;

namespace Nabla.Problems.Objectives;

/// <summary>
/// Gaussian-process regression with the Matérn 3/2 kernel k(p, q) = (1 + √3 r) exp(-√3 r), r = |p - q| / length scale.
/// </summary>
/// <param name="points">The observed points, row by row.</param>
/// <param name="observations">One number a point.</param>
/// <param name="lengthScale">The distance over which the function changes; above 0.</param>
/// <param name="noise">The variance of the noise; above 0.</param>
public sealed class KernelRegression(double[] points, double[] observations, double lengthScale, double noise) : IKernelSystem
{
    /// <inheritdoc/>
    public int Count => observations.Length;

    /// <inheritdoc/>
    public double Noise => noise;

    /// <inheritdoc/>
    public ReadOnlySpan<double> Observations => observations;

    /// <summary>How many numbers a point has.</summary>
    public int PointDimension => points.Length / observations.Length;

    /// <inheritdoc/>
    public void Row(int index, Span<double> row) =>
        RowAt(points.AsSpan(index * PointDimension, PointDimension), row);

    /// <summary>The kernel between a point and all observed ones.</summary>
    /// <param name="point">Any point.</param>
    /// <param name="row">Overwritten with <see cref="Count"/> numbers.</param>
    public void RowAt(ReadOnlySpan<double> point, Span<double> row)
    {
        var size = PointDimension;
        for (var i = 0; i < row.Length; i++)
        {
            var square = 0.0;
            for (var j = 0; j < size; j++)
            {
                var gap = point[j] - points[(i * size) + j];
                square += gap * gap;
            }

            var r = Math.Sqrt(3 * square) / lengthScale;
            row[i] = (1 + r) * Math.Exp(-r);
        }
    }

    /// <summary>The predictive mean at a point for weights of the observed ones.</summary>
    /// <param name="weights">a: <see cref="Count"/> numbers.</param>
    /// <param name="point">Any point.</param>
    public double Mean(ReadOnlySpan<double> weights, ReadOnlySpan<double> point)
    {
        var row = new double[Count];
        RowAt(point, row);
        var sum = 0.0;
        for (var i = 0; i < row.Length; i++)
        {
            sum += row[i] * weights[i];
        }

        return sum;
    }
}
