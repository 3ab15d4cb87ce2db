using System.Numerics;
using System.Runtime.InteropServices;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>What tensors hold.</summary>
internal static class TensorValues
{
    public static bool AreFinite(Tensor tensor)
    {
        if (tensor.Device == Device.Cpu && tensor.IsContiguous && tensor.DType is DType.Float32 or DType.Float64)
        {
            return tensor.DType == DType.Float32 ? AreFinite<float>(tensor.AsSpan<float>()) : AreFinite<double>(tensor.AsSpan<double>());
        }

        using var mode = GradMode.Disable();
        using var scope = new TensorScope();
        return (tensor.To(DType.Float64) * 0.0).Sum().Item() == 0;
    }

    // A finite number times 0 is 0, any other is not a number, and stays so in the sum.
    private static bool AreFinite<T>(ReadOnlySpan<T> values)
        where T : unmanaged, INumberBase<T>
    {
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(values);
        var sum = Vector<T>.Zero;
        foreach (var vector in vectors)
        {
            sum += vector * Vector<T>.Zero;
        }

        var total = Vector.Sum(sum);
        foreach (var value in values[(vectors.Length * Vector<T>.Count)..])
        {
            total += value * T.Zero;
        }

        return total == T.Zero;
    }
}
