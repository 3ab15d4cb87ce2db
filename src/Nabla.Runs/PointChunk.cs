using System.Buffers.Binary;

namespace Nabla.Runs;

/// <summary>Points as the bytes of a chunk: 24 a point, little-endian step (int64), seconds and value (float64).</summary>
internal static class PointChunk
{
    public const int PointBytes = 24;

    /// <summary>Points in the chunks of a run that ended.</summary>
    public const int LargestCount = 8192;

    public static byte[] Write(ReadOnlySpan<MetricPoint> points)
    {
        byte[] bytes = new byte[points.Length * PointBytes];
        for (int i = 0; i < points.Length; i++)
        {
            Span<byte> at = bytes.AsSpan(i * PointBytes, PointBytes);
            BinaryPrimitives.WriteInt64LittleEndian(at, points[i].Step);
            BinaryPrimitives.WriteDoubleLittleEndian(at[8..], points[i].Seconds);
            BinaryPrimitives.WriteDoubleLittleEndian(at[16..], points[i].Value);
        }

        return bytes;
    }

    public static void Read(ReadOnlySpan<byte> bytes, List<MetricPoint> into)
    {
        for (; bytes.Length >= PointBytes; bytes = bytes[PointBytes..])
        {
            into.Add(new MetricPoint(
                BinaryPrimitives.ReadInt64LittleEndian(bytes),
                BinaryPrimitives.ReadDoubleLittleEndian(bytes[8..]),
                BinaryPrimitives.ReadDoubleLittleEndian(bytes[16..])));
        }
    }
}
