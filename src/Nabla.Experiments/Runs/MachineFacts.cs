using System.Globalization;
using System.Runtime.InteropServices;
using Nabla.Engine;

namespace Nabla.Experiments;

/// <summary>What a run was made with: versions and machine, for records and reports.</summary>
internal static class MachineFacts
{
    public static IReadOnlyDictionary<string, string> Versions => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["nabla"] = NablaVersion,
        ["libtorch"] = Torch.Version,
        ["dotnet"] = Environment.Version.ToString(),
    };

    public static string NablaVersion => SourceState.Version;

    /// <summary>The commit that the program was built from, and whether the tree was clean, in words.</summary>
    public static string Source => SourceState.Current switch
    {
        { Commit: null } => "unknown",
        { Commit: { } commit, IsClean: null } => commit,
        { Commit: { } commit, IsClean: true } => commit + " (clean)",
        { Commit: { } commit } => commit + " (with changes)",
    };

    public static IReadOnlyDictionary<string, string> Describe(int threads, string device) =>
        new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["Nabla"] = NablaVersion,
            ["libtorch"] = Torch.Version,
            [".NET"] = Environment.Version.ToString(),
            ["system"] = RuntimeInformation.OSDescription,
            ["processor"] = Processor(),
            ["threads"] = threads.ToString(CultureInfo.InvariantCulture)
                + " of " + Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["memory"] = Markup.Bytes(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes),
            ["device"] = device,
        };

    private static string Processor()
    {
        try
        {
            string? line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
            if (line is not null)
            {
                return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not Linux; the architecture is all that is known.
        }

        return RuntimeInformation.ProcessArchitecture.ToString();
    }
}
