using Microsoft.Win32.SafeHandles;

namespace Nabla.Engine;

/// <summary>
/// An open safetensors file. Its header has been checked; tensors are read when asked for, straight into their own
/// memory, or stand on the bytes of the file. Not thread-safe.
/// </summary>
public sealed class SafeTensorsFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly Dictionary<string, SafeTensorsEntry> _entries;

    private SafeTensorsFile(string path, SafeFileHandle handle, SafeTensorsHeader header)
    {
        Path = path;
        _handle = handle;
        Entries = header.Entries;
        Metadata = header.Metadata;
        Names = [.. header.Entries.Select(entry => entry.Name)];
        _entries = header.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The path the file was opened with.</summary>
    public string Path { get; }

    /// <summary>The names of the tensors, in the order of their bytes.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>What the header says of each tensor, in the order of their bytes.</summary>
    public IReadOnlyList<SafeTensorsEntry> Entries { get; }

    /// <summary>The free text pairs of the header; empty when it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Whether the file holds a tensor of this name.</summary>
    /// <param name="name">The exact name.</param>
    /// <returns>True when <see cref="Load"/> would find it.</returns>
    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>Reads one tensor into new memory on the CPU.</summary>
    /// <param name="name">The exact name.</param>
    /// <returns>A tensor with the type and shape of the file; the caller or the innermost scope owns it.</returns>
    /// <exception cref="KeyNotFoundException">The file holds no tensor of this name.</exception>
    /// <exception cref="SafeTensorsException">The file has become shorter since it was opened.</exception>
    public Tensor Load(string name)
    {
        var entry = Find(name);
        var tensor = Tensor.Empty([.. entry.Shape], entry.DType);
        try
        {
            ReadInto(entry, tensor);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>Gives one tensor that stands on the bytes of the file (a private mapping), so that only the pages that are
    /// looked at are read, and nothing is copied. Writing to the tensor copies the page that is written to; the file never
    /// changes. The tensor outlives this object, and the file may be renamed, replaced by another or deleted meanwhile.
    /// Whoever writes into the file itself changes the tensor, and whoever cuts it short lets the process end where it looks
    /// at what is gone.</summary>
    /// <param name="name">The exact name.</param>
    /// <returns>A tensor of the CPU with the type and shape of the file; the caller or the innermost scope owns it. Where
    /// the tensor is empty, its bytes do not stand at a multiple of their size, or the file system maps no files, it is read
    /// as by <see cref="Load"/>.</returns>
    /// <exception cref="KeyNotFoundException">The file holds no tensor of this name.</exception>
    /// <exception cref="SafeTensorsException">The file has become shorter since it was opened.</exception>
    public Tensor Map(string name)
    {
        var entry = Find(name);
        if (entry.ByteCount == 0 || entry.Offset % entry.DType.Size() != 0)
        {
            return Load(name);
        }

        var length = RandomAccess.GetLength(_handle);
        return entry.Offset + entry.ByteCount > length
            ? throw Ended(length, entry.Offset + entry.ByteCount - length, Path)
            : Tensor.OnFile(_handle, entry.Offset, [.. entry.Shape], entry.DType) ?? Load(name);
    }

    /// <summary>Reads one tensor into an existing one, which keeps its device and layout; gradients do not see it.</summary>
    /// <param name="name">The exact name.</param>
    /// <param name="target">A tensor of the same type and shape as in the file.</param>
    /// <exception cref="KeyNotFoundException">The file holds no tensor of this name.</exception>
    /// <exception cref="SafeTensorsException">The type or the shape differs, or the file has become shorter.</exception>
    public void LoadInto(string name, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var entry = Find(name);
        if (target.DType != entry.DType || !target.Shape.AsSpan().SequenceEqual([.. entry.Shape]))
        {
            throw new SafeTensorsException(
                $"Tensor '{name}' of '{Path}' is {entry.DType} [{string.Join(", ", entry.Shape)}], " +
                $"but {target.DType} [{string.Join(", ", target.Shape)}] is wanted.");
        }

        if (target.IsContiguous && target.Device == Device.Cpu)
        {
            ReadInto(entry, target);
        }
        else
        {
            using var loaded = Load(name);
            target.CopyFrom(loaded);
        }
    }

    /// <summary>Closes the file; loaded tensors stay.</summary>
    public void Dispose() => _handle.Dispose();

    internal static SafeTensorsFile Open(string path)
    {
        var handle = File.OpenHandle(path);
        try
        {
            var length = RandomAccess.GetLength(handle);
            if (length < sizeof(ulong))
            {
                throw new SafeTensorsException(
                    $"'{path}' is not a safetensors file: it has {length} bytes, fewer than the {sizeof(ulong)} of " +
                    "the length of a header.");
            }

            Span<byte> first = stackalloc byte[sizeof(ulong)];
            ReadExactly(handle, first, 0, path);
            var headerLength = SafeTensorsHeader.CheckLength(
                System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(first), length, path);
            var json = new byte[headerLength];
            ReadExactly(handle, json, sizeof(ulong), path);
            return new SafeTensorsFile(path, handle, SafeTensorsHeader.Parse(json, length, path));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static void ReadExactly(SafeFileHandle handle, Span<byte> target, long offset, string path)
    {
        while (target.Length > 0)
        {
            var count = RandomAccess.Read(handle, target, offset);
            if (count == 0)
            {
                throw Ended(offset, target.Length, path);
            }

            target = target[count..];
            offset += count;
        }
    }

    private static SafeTensorsException Ended(long at, long missing, string path) =>
        new($"'{path}' ended at byte {at}, {missing} bytes too early; was it changed while being read?");

    private SafeTensorsEntry Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _entries.TryGetValue(name, out var entry)
            ? entry
            : throw new KeyNotFoundException($"'{Path}' holds no tensor named '{name}'.");
    }

    private unsafe void ReadInto(SafeTensorsEntry entry, Tensor tensor)
    {
        for (long done = 0; done < entry.ByteCount; done += SafeTensors.ChunkBytes)
        {
            var count = (int)Math.Min(SafeTensors.ChunkBytes, entry.ByteCount - done);
            ReadExactly(
                _handle, new Span<byte>((byte*)tensor.DataPointer + done, count), entry.Offset + done, Path);
        }
    }
}
