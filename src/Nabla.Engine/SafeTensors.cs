using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Nabla.Engine;

/// <summary>Writes and opens files in the safetensors format.</summary>
public static class SafeTensors
{
    // Neither read nor write takes more than 2 GiB at a time.
    internal const int ChunkBytes = 1 << 28;

    /// <summary>
    /// Writes tensors to a file that appears whole or not at all: it is written under a temporary name in the same
    /// folder, flushed to disk and renamed; an existing file is replaced. Tensors stand in the order of the format's
    /// reference implementation (widest type first, then by name), whatever the order here.
    /// </summary>
    /// <param name="path">The file to write; its folder must exist.</param>
    /// <param name="tensors">Names and tensors of any shape, layout and device; names must differ.</param>
    /// <param name="metadata">Free text pairs for the header; null for none.</param>
    /// <exception cref="ArgumentException">
    /// Two tensors have one name, or a name is "__metadata__" or no valid Unicode, or the header grows beyond 100 MB.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written, for example because the disk is full; nothing is
    /// left under the temporary name and an older file at <paramref name="path"/> is untouched.</exception>
    public static void Write(
        string path,
        IReadOnlyList<(string Name, Tensor Value)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        var sorted = Sort(tensors);
        var header = ComposeHeader(sorted, metadata);
        var full = Path.GetFullPath(path);
        var temporary = Path.Combine(
            Path.GetDirectoryName(full) ?? full, $".{Path.GetFileName(full)}.{Environment.ProcessId}.tmp");
        try
        {
            using (var file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                WriteContents(file, header, sorted);
                RandomAccess.FlushToDisk(file);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            DeleteQuietly(temporary);
            throw;
        }
    }

    /// <summary>Opens a file, checks its header and keeps it open for loading tensors.</summary>
    /// <param name="path">An existing file; nothing in it is trusted.</param>
    /// <returns>The open file; dispose it.</returns>
    /// <exception cref="SafeTensorsException">The file is not a valid safetensors file.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static SafeTensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return SafeTensorsFile.Open(path);
    }

    private static (string Name, Tensor Value)[] Sort(IReadOnlyList<(string Name, Tensor Value)> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in tensors)
        {
            ArgumentNullException.ThrowIfNull(value, nameof(tensors));
            if (name is null or "__metadata__")
            {
                throw new ArgumentException("A tensor cannot be named '__metadata__' in a safetensors file.", nameof(tensors));
            }

            if (!names.Add(name))
            {
                throw new ArgumentException($"Two tensors are named '{name}'.", nameof(tensors));
            }
        }

        var sorted = tensors.ToArray();
        Array.Sort(sorted, (left, right) =>
            SafeTensorsHeader.CompareOrder((left.Name, left.Value.DType), (right.Name, right.Value.DType)));
        return sorted;
    }

    private static byte[] ComposeHeader(
        (string Name, Tensor Value)[] sorted, IReadOnlyDictionary<string, string>? metadata)
    {
        byte[] header;
        try
        {
            header = SafeTensorsHeader.Compose(
                [.. sorted.Select(item => (item.Name, item.Value.DType, item.Value.Shape, ByteCountOf(item.Value)))],
                metadata);
        }
        catch (EncoderFallbackException exception)
        {
            throw new ArgumentException("A tensor name or metadata text is not valid Unicode.", exception);
        }

        if (header.Length > SafeTensorsHeader.MaximumLength)
        {
            throw new ArgumentException(
                $"The names and metadata need a header of {header.Length} bytes; the format allows at most " +
                $"{SafeTensorsHeader.MaximumLength}.");
        }

        return header;
    }

    private static long ByteCountOf(Tensor tensor) => tensor.ElementCount * SafeTensorsHeader.SizeOf(tensor.DType);

    private static void WriteContents(SafeFileHandle file, byte[] header, (string Name, Tensor Value)[] sorted)
    {
        var length = new byte[sizeof(ulong)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        RandomAccess.Write(file, length, 0);
        RandomAccess.Write(file, header, sizeof(ulong));
        long position = sizeof(ulong) + header.Length;
        foreach (var (_, value) in sorted)
        {
            position += WriteTensor(file, value, position);
        }
    }

    private static unsafe long WriteTensor(SafeFileHandle file, Tensor tensor, long position)
    {
        Tensor? copy = null;
        try
        {
            var source = tensor;
            if (!tensor.IsContiguous || tensor.Device != Device.Cpu)
            {
                copy = Tensor.Empty(tensor.Shape, tensor.DType);
                copy.CopyFrom(tensor);
                source = copy;
            }

            var bytes = ByteCountOf(source);
            for (long done = 0; done < bytes; done += ChunkBytes)
            {
                var count = (int)Math.Min(ChunkBytes, bytes - done);
                RandomAccess.Write(file, new ReadOnlySpan<byte>((byte*)source.DataPointer + done, count), position + done);
            }

            return bytes;
        }
        finally
        {
            copy?.Dispose();
        }
    }

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The first failure is what the caller must hear of.
        }
    }
}
