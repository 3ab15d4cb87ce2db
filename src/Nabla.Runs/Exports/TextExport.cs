using System.Globalization;
using System.Text.Json;

namespace Nabla.Runs;

/// <summary>Runs of a store as CSV and as JSON.</summary>
public static class TextExport
{
    /// <summary>
    /// Writes every measurement as a line of CSV (RFC 4180) under the heading <c>run,series,step,seconds,value</c>;
    /// numbers as they round-trip, <c>NaN</c> and <c>Infinity</c> by name.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="runs">The runs' ids.</param>
    /// <param name="output">Where to.</param>
    /// <exception cref="RunStoreException">There is no such run.</exception>
    public static void WriteCsv(RunStore store, IReadOnlyList<string> runs, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentNullException.ThrowIfNull(output);
        output.Write("run,series,step,seconds,value\r\n");
        foreach (string id in runs)
        {
            string run = store.Get(id).Id;
            foreach (string name in store.SeriesNames(run))
            {
                foreach (MetricPoint point in store.Series(run, name))
                {
                    output.Write(string.Create(
                        CultureInfo.InvariantCulture, $"{run},{Field(name)},{point.Step},{point.Seconds:R},{point.Value:R}\r\n"));
                }
            }
        }
    }

    /// <summary>
    /// Writes an array with an object a run: settings, outcome, and its series as
    /// <c>{"NAME":{"step":[…],"seconds":[…],"value":[…]}}</c>. A value that is not finite is null.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="runs">The runs' ids.</param>
    /// <param name="output">Where to.</param>
    /// <exception cref="RunStoreException">There is no such run.</exception>
    public static void WriteJson(RunStore store, IReadOnlyList<string> runs, Stream output)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentNullException.ThrowIfNull(output);
        using Utf8JsonWriter json = new(output, new JsonWriterOptions { Indented = false });
        json.WriteStartArray();
        foreach (string id in runs)
        {
            Write(json, store, store.Get(id));
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, RunStore store, StoredRun run)
    {
        json.WriteStartObject();
        json.WriteString("run", run.Id);
        json.WriteString("verb", run.Verb);
        json.WriteString("task", run.Task);
        json.WriteString("method", run.Method);
        Map(json, "options", run.Options);
        json.WritePropertyName("settings");
        json.WriteRawValue(run.Settings);
        json.WriteNumber("seed", run.Seed);
        Map(json, "versions", run.Versions);
        json.WriteString("device", run.Device);
        json.WriteNumber("threads", run.Threads);
        json.WriteString("commit", run.Commit);
        if (run.IsClean is { } clean)
        {
            json.WriteBoolean("clean", clean);
        }
        else
        {
            json.WriteNull("clean");
        }

        json.WriteString("started", run.Started);
        json.WriteString("ending", run.Ending);
        json.WriteString("advice", run.Advice);
        json.WriteNumber("steps", run.Steps);
        Number(json, "final_loss", run.FinalLoss);
        Number(json, "validation_loss", run.ValidationLoss);
        Number(json, "seconds", run.Seconds);
        Number(json, "per_second", run.PerSecond);
        json.WriteNumber("peak_bytes", run.PeakBytes);
        json.WriteString("comparison", run.Comparison);
        json.WriteStartObject("series");
        foreach (string name in store.SeriesNames(run.Id))
        {
            IReadOnlyList<MetricPoint> points = store.Series(run.Id, name);
            json.WriteStartObject(name);
            json.WriteStartArray("step");
            foreach (MetricPoint point in points)
            {
                json.WriteNumberValue(point.Step);
            }

            json.WriteEndArray();
            Numbers(json, "seconds", points.Select(p => p.Seconds));
            Numbers(json, "value", points.Select(p => p.Value));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Map(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> values)
    {
        json.WriteStartObject(name);
        foreach ((string key, string value) in values.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        json.WritePropertyName(name);
        Value(json, value);
    }

    private static void Numbers(Utf8JsonWriter json, string name, IEnumerable<double> values)
    {
        json.WriteStartArray(name);
        foreach (double value in values)
        {
            Value(json, value);
        }

        json.WriteEndArray();
    }

    private static void Value(Utf8JsonWriter json, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static string Field(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
