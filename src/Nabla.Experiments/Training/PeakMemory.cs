using System.Globalization;

namespace Nabla.Experiments;

/// <summary>The peak of the process's resident memory, as Linux counts it.</summary>
internal static class PeakMemory
{
    /// <summary>Lets the peak start anew from what is resident now; where that is refused, it goes on from the process's start.</summary>
    public static void Reset()
    {
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Containers may refuse; the peak of the whole process is still an upper bound.
        }
    }

    /// <summary>The peak in bytes, or 0 where the system does not tell.</summary>
    public static long Read()
    {
        try
        {
            string? line = File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            string? number = line?["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
            return number is null ? 0 : long.Parse(number, CultureInfo.InvariantCulture) * 1024;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return 0;
        }
    }
}
