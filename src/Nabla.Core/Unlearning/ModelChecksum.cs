using System.Security.Cryptography;
using System.Text;
using Nabla.Engine;

namespace Nabla.Core;

/// <summary>A number for the weights of a model, which says whether any bit of them changed.</summary>
public static class ModelChecksum
{
    /// <summary>SHA-256 over names, types, shapes and bytes of all parameters and buffers, in their order.</summary>
    /// <param name="model">The model.</param>
    /// <returns>64 hexadecimal digits in lower case.</returns>
    public static string Of(Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, value) in model.Parameters.Select(p => (p.Name, p.Value)).Concat(model.Buffers.Select(b => (b.Name, b.Value))))
        {
            using var scope = new TensorScope();
            using var mode = GradMode.Disable();
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{value.DType}\0{string.Join(',', value.Shape)}\0"));
            Append(hash, value.Detach().To(Device.Cpu, value.DType).Contiguous());
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static unsafe void Append(IncrementalHash hash, Tensor value)
    {
        var bytes = (byte*)value.DataPointer;
        const int Chunk = 1 << 26;
        for (var first = 0L; first < value.ByteCount; first += Chunk)
        {
            hash.AppendData(new ReadOnlySpan<byte>(bytes + first, (int)Math.Min(Chunk, value.ByteCount - first)));
        }
    }
}
