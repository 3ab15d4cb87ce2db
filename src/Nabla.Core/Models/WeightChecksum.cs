using System.Security.Cryptography;
using System.Text;
using Nabla.Engine;

namespace Nabla.Core;

/// <summary>A checksum over the weights of a model, to tell whether they are still the same.</summary>
public static class WeightChecksum
{
    private const int Chunk = 1 << 26;

    /// <summary>Computes the SHA-256 of the names, types, shapes and bits of all parameters and buffers, in their order.</summary>
    /// <param name="module">The model, on the CPU or elsewhere.</param>
    /// <returns>64 hexadecimal digits in lower case.</returns>
    public static string Of(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        using var mode = GradMode.Disable();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var parameter in module.Parameters)
        {
            Add(hash, parameter.Name, parameter.Value);
        }

        foreach (var buffer in module.Buffers)
        {
            Add(hash, buffer.Name, buffer.Value);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static unsafe void Add(IncrementalHash hash, string name, Tensor value)
    {
        using var scope = new TensorScope();
        hash.AppendData(Encoding.UTF8.GetBytes($"{name} {value.DType} {string.Join(',', value.Shape)}\n"));
        var plain = value.Detach();
        var here = (plain.Device == Device.Cpu ? plain : plain.To(Device.Cpu, plain.DType)).Contiguous();
        for (long at = 0; at < here.ByteCount; at += Chunk)
        {
            hash.AppendData(new ReadOnlySpan<byte>((byte*)here.DataPointer + at, (int)Math.Min(Chunk, here.ByteCount - at)));
        }
    }
}
