using Nabla.Runs;

namespace Nabla.Dashboard.Runs;

/// <summary>The settings in which runs differ.</summary>
internal static class RunDifferences
{
    /// <summary>The settings that are not the same in all runs.</summary>
    /// <param name="runs">The runs.</param>
    /// <returns>Names with the value of each run, null where it has none.</returns>
    public static IReadOnlyList<(string Name, IReadOnlyList<string?> Values)> Between(IReadOnlyList<StoredRun> runs)
    {
        List<Dictionary<string, string>> columns =
            [.. runs.Select(run => RunSettings.Of(run).GroupBy(pair => pair.Key).ToDictionary(pair => pair.Key, pair => pair.Last().Value))];
        return
        [
            .. columns.SelectMany(column => column.Keys).Distinct()
                .Select(name => (Name: name, Values: (IReadOnlyList<string?>)[.. columns.Select(column => column.GetValueOrDefault(name))]))
                .Where(row => row.Values.Distinct().Count() > 1),
        ];
    }
}
