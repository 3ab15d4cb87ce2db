using Nabla.Core;

namespace Nabla.Problems.Objectives;

/// <summary>f(x, y) = x'A y + μ |x|² / 2 - ν |y|² / 2, whose saddle point is 0 when A has full rank or both weights are above 0.</summary>
/// <param name="matrix">A, row by row: as many rows as x has numbers.</param>
/// <param name="rows">The dimension of x; at least 1 and a divisor of the matrix's length.</param>
/// <param name="weightX">μ; below 0 makes f concave in x.</param>
/// <param name="weightY">ν; below 0 makes f convex in y.</param>
public sealed class QuadraticGame(double[] matrix, int rows, double weightX = 0, double weightY = 0) : IGame
{
    /// <inheritdoc/>
    public int MinimizerDimension => rows;

    /// <inheritdoc/>
    public int MaximizerDimension => matrix.Length / rows;

    /// <inheritdoc/>
    public double Value(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var image = new double[rows];
        MixedTimes(x, y, y, image);
        var value = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            value += (x[i] * image[i]) + (weightX * x[i] * x[i] / 2);
        }

        foreach (var v in y)
        {
            value -= weightY * v * v / 2;
        }

        return value;
    }

    /// <inheritdoc/>
    public void Gradients(
        ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> gradientX, Span<double> gradientY)
    {
        MixedTimes(x, y, y, gradientX);
        MixedTransposedTimes(x, y, x, gradientY);
        for (var i = 0; i < x.Length; i++)
        {
            gradientX[i] += weightX * x[i];
        }

        for (var j = 0; j < y.Length; j++)
        {
            gradientY[j] -= weightY * y[j];
        }
    }

    /// <inheritdoc/>
    public void MixedTimes(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> v, Span<double> result)
    {
        result.Clear();
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < MaximizerDimension; j++)
            {
                result[i] += matrix[(i * MaximizerDimension) + j] * v[j];
            }
        }
    }

    /// <inheritdoc/>
    public void MixedTransposedTimes(
        ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> u, Span<double> result)
    {
        result.Clear();
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < MaximizerDimension; j++)
            {
                result[j] += matrix[(i * MaximizerDimension) + j] * u[i];
            }
        }
    }
}
