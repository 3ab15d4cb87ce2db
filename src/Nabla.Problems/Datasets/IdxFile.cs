using System.Buffers.Binary;
using System.IO.Compression;

namespace Nabla.Problems.Datasets;

/// <summary>Reads files in the IDX format of the MNIST family: unsigned bytes, one to four dimensions, also gzipped.</summary>
public static class IdxFile
{
    private const long Limit = 1L << 30;

    /// <summary>Reads one file.</summary>
    /// <param name="path">The file; with the ending .gz it is unpacked.</param>
    /// <returns>The sizes and the values, the last dimension fastest.</returns>
    /// <exception cref="DataException">The file is missing, truncated, too long or no IDX file of bytes.</exception>
    public static (int[] Sizes, byte[] Values) Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var file = File.OpenRead(path);
            if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            {
                return Read(file, path, file.Length);
            }

            using var unpacked = new GZipStream(file, CompressionMode.Decompress);
            return Read(unpacked, path, null);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DataException($"The file '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    private static (int[] Sizes, byte[] Values) Read(Stream stream, string path, long? fileLength)
    {
        var magic = new byte[4];
        var got = stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        if (got < magic.Length || magic[0] != 0 || magic[1] != 0)
        {
            throw new DataException(
                $"'{path}' is not an IDX file: it does not begin with two zero bytes, a type and a number of dimensions.");
        }

        if (magic[2] != 0x08 || magic[3] is < 1 or > 4)
        {
            throw new DataException(
                $"'{path}' is an IDX file of type 0x{magic[2]:x2} with {magic[3]} dimensions; " +
                "readable are unsigned bytes (type 0x08) with 1 to 4.");
        }

        var header = new byte[4 * magic[3]];
        got = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (got < header.Length)
        {
            throw new DataException(
                $"'{path}' is truncated: its header needs {magic.Length + header.Length} bytes, it has {magic.Length + got}.");
        }

        var sizes = new int[magic[3]];
        long total = 1;
        for (var i = 0; i < sizes.Length; i++)
        {
            long size = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4 * i));
            total *= size;
            if (size == 0 || total > Limit)
            {
                throw new DataException(
                    $"'{path}' announces a size of {size} in dimension {i + 1}; sizes are at least 1 and all together " +
                    $"at most {Limit} values.");
            }

            sizes[i] = (int)size;
        }

        var start = magic.Length + header.Length;
        if (fileLength is { } length && length != start + total)
        {
            throw new DataException(
                $"'{path}' {(length < start + total ? "is truncated" : "is too long")}: " +
                $"sizes {string.Join("×", sizes)} need {start + total} bytes, it has {length}.");
        }

        var values = new byte[total];
        got = stream.ReadAtLeast(values, values.Length, throwOnEndOfStream: false);
        if (got < values.Length || stream.ReadByte() >= 0)
        {
            throw new DataException(
                $"'{path}' {(got < values.Length ? "is truncated" : "is too long")}: sizes {string.Join("×", sizes)} " +
                $"need {start + total} bytes unpacked, it has {(got < values.Length ? $"{start + got}" : "more")}.");
        }

        return (sizes, values);
    }
}
