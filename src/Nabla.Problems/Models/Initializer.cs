using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Problems.Models;

/// <summary>
/// Draws first weights. Each tensor has its own stream, derived from the seed and its name, so that the weights are
/// the same on every platform and do not change when another tensor is added.
/// </summary>
/// <param name="seed">The root of all draws. Without one all tensors are places to be filled by <see cref="Parameter.Replace"/>:
/// they have their shapes, but one number of memory each.</param>
/// <param name="dtype">The type of the tensors: float32, float64 or bfloat16.</param>
/// <param name="device">Where they are made; null for the CPU.</param>
internal sealed class Initializer(Seed? seed, DType dtype = DType.Float32, Device? device = null)
{
    private readonly Seed? _seed = seed?.Derive("weights");

    /// <summary>Normal numbers of mean 0.</summary>
    internal Tensor Normal(string name, double deviation, params ReadOnlySpan<long> shape)
    {
        if (_seed is not { } seed)
        {
            return Place(shape);
        }

        var random = new RandomStream(seed.Derive(name));
        return Fill(shape, () => deviation * random.NextGaussian());
    }

    /// <summary>Uniform numbers from -<paramref name="bound"/> to <paramref name="bound"/>.</summary>
    internal Tensor Uniform(string name, double bound, params ReadOnlySpan<long> shape)
    {
        if (_seed is not { } seed)
        {
            return Place(shape);
        }

        var random = new RandomStream(seed.Derive(name));
        return Fill(shape, () => bound * ((2 * random.NextDouble()) - 1));
    }

    /// <summary>One number everywhere.</summary>
    internal Tensor Constant(double value, params ReadOnlySpan<long> shape) =>
        _seed is null ? Place(shape) : Owned(Tensor.Full(shape, value, dtype));

    private Tensor Place(ReadOnlySpan<long> shape)
    {
        using var number = Tensor.Empty([], dtype, device);
        return number.Expand(shape).Release();
    }

    private Tensor Fill(ReadOnlySpan<long> shape, Func<double> draw)
    {
        var values = new double[Count(shape)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = draw();
        }

        // Float first, then the wanted type, so that a float64 model starts from exactly the float32 weights.
        var rounded = Array.ConvertAll(values, value => (float)value);
        if (dtype == DType.Float64)
        {
            return Owned(Tensor.From<double>(Array.ConvertAll(rounded, value => (double)value), shape));
        }

        var made = Tensor.From<float>(rounded, shape);
        if (dtype == DType.Float32)
        {
            return Owned(made);
        }

        using (made)
        {
            return Owned(made.To(dtype));
        }
    }

    private Tensor Owned(Tensor tensor)
    {
        if (device is { } target && target != Device.Cpu)
        {
            var moved = Tensor.Empty(tensor.Shape, tensor.DType, target);
            moved.CopyFrom(tensor);
            tensor.Dispose();
            tensor = moved;
        }

        // Weights live as long as their model, whatever scope it was built in.
        return tensor.Release();
    }

    private static long Count(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (var size in shape)
        {
            count *= size;
        }

        return count;
    }
}
