using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Experiments;

/// <summary>
/// The Euclidean norm of all gradients, the search for those that are not finite, and scaling. Sums are taken in
/// double precision, in one fixed order, on one thread: the result does not depend on the number of threads.
/// </summary>
internal static class GradientNorms
{
    /// <summary>Sum of squares over the gradients that exist, and the names of those with a number that is not finite.</summary>
    public static (double Norm, IReadOnlyList<string> NonFinite) Measure(IReadOnlyList<Parameter> parameters)
    {
        double total = 0;
        List<string>? bad = null;
        foreach (Parameter parameter in parameters)
        {
            if (parameter.Gradient is not { } gradient)
            {
                continue;
            }

            double sum = SumOfSquares(gradient);
            if (!double.IsFinite(sum))
            {
                (bad ??= []).Add(parameter.Name);
            }

            total += sum;
        }

        return (Math.Sqrt(total), bad ?? (IReadOnlyList<string>)[]);
    }

    /// <summary>Scales every gradient so that the norm becomes the limit, when it is above.</summary>
    public static void Clip(IReadOnlyList<Parameter> parameters, double norm, double limit)
    {
        if (!(norm > limit))
        {
            return;
        }

        double factor = limit / norm;
        foreach (Parameter parameter in parameters)
        {
            if (parameter.Gradient is not { } gradient)
            {
                continue;
            }

            if (IsPlain(gradient) && gradient.DType == DType.Float32)
            {
                Scale(gradient.AsSpan<float>(), (float)factor);
            }
            else
            {
                using IDisposable none = GradMode.Disable();
                gradient.Mul_(factor);
            }
        }
    }

    /// <summary>The first parameter that holds a number that is not finite, or null.</summary>
    public static string? FirstNonFinite(IReadOnlyList<Parameter> parameters)
    {
        foreach (Parameter parameter in parameters)
        {
            if (!double.IsFinite(SumOfSquares(parameter.Value)))
            {
                return parameter.Name;
            }
        }

        return null;
    }

    internal static double SumOfSquares(ReadOnlySpan<float> values)
    {
        // 256 bits whatever the machine has, so that the order of additions is the same everywhere.
        var first = Vector256<double>.Zero;
        var second = Vector256<double>.Zero;
        ReadOnlySpan<Vector256<float>> vectors =
            MemoryMarshal.Cast<float, Vector256<float>>(values);
        foreach (Vector256<float> vector in vectors)
        {
            (var low, var high) = Vector256.Widen(vector);
            first += low * low;
            second += high * high;
        }

        double sum = Vector256.Sum(first + second);
        for (int i = vectors.Length * Vector256<float>.Count; i < values.Length; i++)
        {
            sum += (double)values[i] * values[i];
        }

        return sum;
    }

    private static double SumOfSquares(Tensor gradient)
    {
        if (IsPlain(gradient) && gradient.DType == DType.Float32)
        {
            return SumOfSquares(gradient.AsSpan<float>());
        }

        using IDisposable none = GradMode.Disable();
        using TensorScope scope = new();
        Tensor wide = gradient.To(DType.Float64);
        return (wide * wide).Sum().Item();
    }

    private static void Scale(Span<float> values, float factor)
    {
        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i] *= factor;
        }

        for (int i = vectors.Length * Vector<float>.Count; i < values.Length; i++)
        {
            values[i] *= factor;
        }
    }

    private static bool IsPlain(Tensor tensor) => tensor.Device == Device.Cpu && tensor.IsContiguous;
}
