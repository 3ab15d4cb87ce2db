using System.Globalization;
using System.Text.Json;
using Nabla.Runs;

namespace Nabla.Dashboard.Runs;

/// <summary>The settings of a run as names and values.</summary>
internal static class RunSettings
{
    private const string Unknown = "not known";

    /// <summary>All settings in the order they are shown.</summary>
    /// <param name="run">The run.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(StoredRun run)
    {
        List<KeyValuePair<string, string>> pairs = [];
        void Add(string name, string value) => pairs.Add(KeyValuePair.Create(name, value));
        Add("command", run.Verb);
        Add("task", run.Task);
        Add("method", run.Method);
        foreach ((string name, string value) in run.Options.OrderBy(option => option.Key, StringComparer.Ordinal))
        {
            Add($"{run.Method}.{name}", value);
        }

        Add("seed", run.Seed.ToString(CultureInfo.InvariantCulture));
        Add("device", run.Device);
        Add("threads", run.Threads.ToString(CultureInfo.InvariantCulture));
        Flatten(run.Settings, pairs);
        foreach ((string name, string value) in run.Versions.OrderBy(version => version.Key, StringComparer.Ordinal))
        {
            Add($"version of {name}", value);
        }

        string state = run.IsClean switch { true => "", false => ", with changes", null => "" };
        Add("commit", run.Commit is { } commit ? commit + state : Unknown);
        if (run.Comparison is not null)
        {
            Add("comparison", run.Comparison);
            Add("part of the comparison", run.Slot ?? Unknown);
        }

        return pairs;
    }

    private static void Flatten(string json, List<KeyValuePair<string, string>> pairs)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            Flatten("", document.RootElement, pairs);
        }
        catch (JsonException)
        {
            // Another program wrote it; it is shown as it is.
            pairs.Add(KeyValuePair.Create("settings", json));
        }
    }

    private static void Flatten(string path, JsonElement element, List<KeyValuePair<string, string>> pairs)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    Flatten(path.Length == 0 ? property.Name : $"{path}.{property.Name}", property.Value, pairs);
                }

                break;
            case JsonValueKind.Null:
                break;
            case JsonValueKind.True or JsonValueKind.False:
                pairs.Add(KeyValuePair.Create(path, element.GetRawText()));
                break;
            default:
                pairs.Add(KeyValuePair.Create(path.Length == 0 ? "settings" : path, element.ToString()));
                break;
        }
    }
}
