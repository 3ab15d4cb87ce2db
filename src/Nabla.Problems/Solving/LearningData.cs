using System.Runtime.InteropServices;
using Nabla.Engine;

namespace Nabla.Problems.Solving;

/// <summary>Drawn data and the sums over rows of it.</summary>
internal static class LearningData
{
    public static double[] Normal(RandomStream stream, int count)
    {
        var numbers = new double[count];
        for (var i = 0; i < count; i++)
        {
            numbers[i] = stream.NextGaussian();
        }

        return numbers;
    }

    /// <summary>From 1 for the first column to 10^-decades for the last, in equal ratios.</summary>
    public static double Scale(int column, int columns, double decades) =>
        columns == 1 ? 1 : Math.Pow(10, -decades * column / (columns - 1));

    /// <summary>Gaussian rows whose columns fall in size by some decades.</summary>
    public static double[] Scaled(RandomStream stream, int rows, int columns, double decades)
    {
        var numbers = Normal(stream, rows * columns);
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] *= Scale(i % columns, columns, decades);
        }

        return numbers;
    }

    /// <summary>The same numbers as a function that is written once takes them.</summary>
    public static ReadOnlySpan<Real> Reals(ReadOnlySpan<double> numbers) => MemoryMarshal.Cast<double, Real>(numbers);

    /// <summary>Numbers to weights e^x / Σ e^x, given the greatest of them; the result is log Σ e^x.</summary>
    public static T Soften<T>(Span<T> numbers, double most)
        where T : struct, IReal<T>
    {
        var sum = T.Of(0);
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = T.Exp(numbers[i] - most);
            sum += numbers[i];
        }

        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] /= sum;
        }

        return T.Log(sum) + most;
    }

    /// <summary>Adds ρ ‖x‖²/2 and its gradient, the latter where room for it is given.</summary>
    public static void AddRidge<T>(double ridge, ReadOnlySpan<T> x, ref T value, Span<T> gradient)
        where T : struct, IReal<T>
    {
        for (var i = 0; i < x.Length; i++)
        {
            value += 0.5 * ridge * x[i] * x[i];
            if (!gradient.IsEmpty)
            {
                gradient[i] += ridge * x[i];
            }
        }
    }

    /// <summary>A product of two Gaussian factors, divided by the square root of the rank.</summary>
    public static double[] Product(int rows, int columns, int rank, Seed seed)
    {
        var stream = new RandomStream(seed);
        double[] left = Normal(stream, rows * rank), right = Normal(stream, columns * rank), product = new double[rows * columns];
        for (var i = 0; i < product.Length; i++)
        {
            for (var k = 0; k < rank; k++)
            {
                product[i] += left[(i / columns * rank) + k] * right[(i % columns * rank) + k] / Math.Sqrt(rank);
            }
        }

        return product;
    }

    public static T Dot<T>(ReadOnlySpan<double> row, ReadOnlySpan<T> x)
        where T : struct, IReal<T>
    {
        var sum = T.Of(0);
        for (var i = 0; i < row.Length; i++)
        {
            sum += row[i] * x[i];
        }

        return sum;
    }

    public static void Add<T>(Span<T> gradient, T factor, ReadOnlySpan<double> row)
        where T : struct, IReal<T>
    {
        for (var i = 0; i < row.Length; i++)
        {
            gradient[i] += row[i] * factor;
        }
    }
}
