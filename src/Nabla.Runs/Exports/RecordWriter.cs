using System.Buffers.Binary;
using System.Numerics;

namespace Nabla.Runs;

/// <summary>
/// The TFRecord framing: length (uint64), masked CRC-32C of the length, data, masked CRC-32C of the data, all
/// little-endian.
/// </summary>
internal static class RecordWriter
{
    private const uint MaskDelta = 0xa282ead8;

    public static void Write(Stream output, ReadOnlySpan<byte> data)
    {
        Span<byte> header = stackalloc byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Masked(header[..8]));
        output.Write(header);
        output.Write(data);
        Span<byte> footer = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(footer, Masked(data));
        output.Write(footer);
    }

    /// <summary>CRC-32C, turned and shifted, because a checksum of data that holds checksums is weak.</summary>
    public static uint Masked(ReadOnlySpan<byte> data) => BitOperations.RotateRight(Crc(data), 15) + MaskDelta;

    /// <summary>CRC-32C (Castagnoli) as in RFC 3720.</summary>
    public static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }
}
