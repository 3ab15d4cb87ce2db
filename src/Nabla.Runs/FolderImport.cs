using System.Text.Json;

namespace Nabla.Runs;

/// <summary>
/// Takes runs of the time before the store into it: folders with a <c>run.json</c> and a <c>metrics.jsonl</c>. Done once,
/// when the store is made; the files stay as they are and are not read again.
/// </summary>
internal static class FolderImport
{
    private const long LargestRecord = 16 << 20;
    private const long LargestMetrics = 1L << 30;

    public static void Run(Database database, string home)
    {
        string runs = Path.Combine(home, "runs");
        if (!Directory.Exists(runs))
        {
            return;
        }

        foreach (string folder in Directory.GetDirectories(runs).Order(StringComparer.Ordinal))
        {
            try
            {
                if (Record(folder) is { } run)
                {
                    RunTable.Insert(database, run);
                    foreach ((string name, List<MetricPoint> points) in Metrics(folder))
                    {
                        SeriesTable.Append(database, run.Id, name, points.ToArray());
                    }
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException
                or InvalidOperationException or FormatException or KeyNotFoundException)
            {
                // A damaged record of old keeps no one from starting a store; its folder is left alone.
            }
        }
    }

    private static StoredRun? Record(string folder)
    {
        FileInfo file = new(Path.Combine(folder, "run.json"));
        if (!file.Exists || file.Length is 0 or > LargestRecord)
        {
            return null;
        }

        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file.FullName));
        JsonElement root = document.RootElement;
        DateTimeOffset started = root.GetProperty("started").GetDateTimeOffset();
        string commit = Text(root, "commit") ?? "unknown";
        return new StoredRun
        {
            Id = Path.GetFileName(folder),
            Verb = root.GetProperty("verb").GetString()!,
            Task = root.GetProperty("task").GetString()!,
            Method = root.GetProperty("method").GetString()!,
            Options = Map(root, "method_options"),
            Settings = $"{{\"task_options\":{Raw(root, "task_options")},\"training\":{Raw(root, "training")}}}",
            Seed = root.GetProperty("seed").GetInt64(),
            Versions = Map(root, "versions"),
            Device = Text(root, "device") ?? "cpu",
            Threads = root.GetProperty("threads").GetInt32(),
            Commit = commit == "unknown" ? null : commit,
            Started = started,
            Updated = new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero),
            Ending = Text(root, "ending"),
            Advice = Text(root, "advice"),
            Steps = root.GetProperty("steps").GetInt64(),
            FinalLoss = Number(root, "final_loss"),
            ValidationLoss = Number(root, "validation_loss"),
            Seconds = Number(root, "seconds") ?? 0,
            PerSecond = Number(root, "per_second") ?? 0,
            PeakBytes = root.TryGetProperty("peak_bytes", out JsonElement peak) ? peak.GetInt64() : 0,
        };
    }

    private static Dictionary<string, List<MetricPoint>> Metrics(string folder)
    {
        Dictionary<string, List<MetricPoint>> series = [];
        FileInfo file = new(Path.Combine(folder, "metrics.jsonl"));
        if (!file.Exists || file.Length > LargestMetrics)
        {
            return series;
        }

        foreach (string line in File.ReadLines(file.FullName))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            string name = root.GetProperty("kind").GetString() == "train" ? MetricNames.Loss : MetricNames.ValidationLoss;
            if (!series.TryGetValue(name, out List<MetricPoint>? points))
            {
                series.Add(name, points = []);
            }

            points.Add(new MetricPoint(
                root.GetProperty("step").GetInt64(), root.GetProperty("seconds").GetDouble(), Number(root, "loss") ?? double.NaN));
        }

        return series;
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static double? Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static string Raw(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) ? value.GetRawText() : "{}";

    private static Dictionary<string, string> Map(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object
            ? value.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetString() ?? "")
            : [];
}
