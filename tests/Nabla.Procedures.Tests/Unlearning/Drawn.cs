using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using Nabla.Engine;

namespace Nabla.Procedures.Tests.Unlearning;

/// <summary>Random matrices, and what MathNet's own decompositions say of them.</summary>
internal static class Drawn
{
    internal static double[,] Matrix(int rows, int columns, int seed)
    {
        var random = new RandomStream(new Seed((ulong)seed).Derive("matrix"));
        var result = new double[rows, columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                result[i, j] = random.NextGaussian();
            }
        }

        return result;
    }

    internal static double[] Vector(int length, int seed)
    {
        var random = new RandomStream(new Seed((ulong)seed).Derive("vector"));
        return [.. Enumerable.Range(0, length).Select(_ => random.NextGaussian())];
    }

    /// <summary>The pseudo-inverse of the rows times their products with a vector.</summary>
    internal static double[] LeastNorm(double[,] rows, double[] theta)
    {
        var x = DenseMatrix.OfArray(rows);
        return (x.PseudoInverse() * (x * DenseVector.OfArray(theta))).ToArray();
    }

    internal static double[] Times(double[,] rows, double[] vector) => (DenseMatrix.OfArray(rows) * DenseVector.OfArray(vector)).ToArray();

    internal static void Close(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance = 1e-10)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < actual.Count; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])), $"entry {i}: {expected[i]:R} expected, {actual[i]:R} found");
        }
    }

    internal static Matrix<double> Of(double[,] values) => DenseMatrix.OfArray(values);
}
