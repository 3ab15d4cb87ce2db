using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Nabla.Engine;

[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("Nabla.Core.Tests")]

namespace Nabla.Core;

/// <summary>What a checkpoint asks of the disk. A test puts a disk that fails in its place.</summary>
internal partial class CheckpointFiles
{
    private const int ReadOnlyDirectory = 0x10000 | 0x80000;

    /// <summary>The real disk.</summary>
    public static CheckpointFiles Disk { get; } = new();

    /// <summary>Writes tensors and flushes them to the disk.</summary>
    public virtual void WriteTensors(
        string path, IReadOnlyList<(string Name, Tensor Value)> tensors, IReadOnlyDictionary<string, string> metadata) =>
        SafeTensors.Write(path, tensors, metadata);

    /// <summary>Writes bytes and flushes them to the disk.</summary>
    public virtual void WriteBytes(string path, ReadOnlySpan<byte> bytes)
    {
        using FileStream stream = new(path, FileMode.CreateNew, FileAccess.Write);
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Renames a folder; the new name must be free.</summary>
    public virtual void Rename(string from, string to) => Directory.Move(from, to);

    /// <summary>Makes the entries of a folder survive a power cut. Without it a rename may be forgotten.</summary>
    public virtual void FlushFolder(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        int handle = Open(path, ReadOnlyDirectory, 0);
        if (handle < 0)
        {
            throw new IOException($"'{path}' cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        try
        {
            // Some file systems (network, FUSE) refuse to flush folders and say EINVAL; there is nothing more to do there.
            const int invalid = 22;
            if (Flush(handle) != 0 && Marshal.GetLastPInvokeError() != invalid)
            {
                throw new IOException($"'{path}' cannot be flushed: {Marshal.GetLastPInvokeErrorMessage()}");
            }
        }
        finally
        {
            _ = Close(handle);
        }
    }

    /// <summary>The SHA-256 of a file in lower-case hexadecimal digits.</summary>
    public static string Sha256(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
