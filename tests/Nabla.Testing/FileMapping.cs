using System.Globalization;

namespace Nabla.Testing;

/// <summary>What the kernel says of the part of memory that holds an address.</summary>
/// <param name="File">The file that stands there; null for none.</param>
/// <param name="Seen">How many bytes of it are in memory.</param>
/// <param name="Own">How many of these belong to this process alone, as what was written to does.</param>
/// <param name="Start">Where it begins; the kernel may make one part of two mappings that happen to be neighbours.</param>
public sealed record FileMapping(string? File, long Seen, long Own, ulong Start)
{
    /// <summary>Asks for the part that holds an address.</summary>
    /// <param name="address">Any address.</param>
    public static FileMapping Holding(nint address) => Holding([address])[0];

    /// <summary>Asks for the parts that hold addresses.</summary>
    /// <param name="addresses">Any addresses.</param>
    /// <returns>A part for each.</returns>
    public static IReadOnlyList<FileMapping> Holding(IReadOnlyList<nint> addresses)
    {
        var found = new FileMapping[addresses.Count];
        Array.Fill(found, new FileMapping(null, 0, 0, 0));
        List<int> inside = [];
        foreach (var line in System.IO.File.ReadLines("/proc/self/smaps"))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields[0].Split('-') is [var start, var end] && ulong.TryParse(start, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var from))
            {
                var to = ulong.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                inside = [.. Enumerable.Range(0, found.Length).Where(i => (ulong)addresses[i] >= from && (ulong)addresses[i] < to)];
                inside.ForEach(i => found[i] = new(fields.Length > 5 ? fields[5] : null, 0, 0, from));
            }
            else if (fields[0] is "Rss:" or "Anonymous:")
            {
                var bytes = long.Parse(fields[1], CultureInfo.InvariantCulture) * 1024;
                inside.ForEach(i => found[i] = fields[0] == "Rss:" ? found[i] with { Seen = bytes } : found[i] with { Own = bytes });
            }
        }

        return found;
    }
}
