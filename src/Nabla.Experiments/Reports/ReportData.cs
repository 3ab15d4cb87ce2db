using System.Text;
using System.Text.Json;

namespace Nabla.Experiments;

/// <summary>The numbers behind a report as JSON, so that they can be drawn again without the store.</summary>
internal static class ReportData
{
    /// <summary>Points of a training curve that are kept; evaluations are kept all.</summary>
    private const int LargestCurve = 400;

    public static string Json(ComparisonResult result)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteString("comparison", result.Id);
            json.WriteString("task", result.Plan.Task);
            Number(json, "target", result.Target);
            json.WriteString("best", result.Best);
            json.WriteStartArray("methods");
            foreach (MethodOutcome method in result.Methods)
            {
                Write(json, method);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Write(Utf8JsonWriter json, MethodOutcome method)
    {
        json.WriteStartObject();
        json.WriteString("name", method.Name);
        json.WriteStartObject("options");
        foreach ((string name, string value) in method.Options.OrderBy(o => o.Key, StringComparer.Ordinal))
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        Interval(json, "final_loss", method.FinalLoss);
        Interval(json, "difference", method.Difference);
        Number(json, "best_probability", method.BestProbability);
        json.WriteStartArray("trials");
        foreach (TuningTrial trial in method.Trials)
        {
            json.WriteStartObject();
            Number(json, "learning_rate", trial.LearningRate);
            Number(json, "loss", trial.Loss);
            json.WriteString("ending", trial.Ending);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("runs");
        foreach (ComparedRun run in method.Runs)
        {
            json.WriteStartObject();
            json.WriteString("run", run.Run);
            json.WriteNumber("seed_index", run.SeedIndex);
            json.WriteString("ending", run.Ending);
            Number(json, "final_loss", run.FinalLoss);
            json.WriteNumber("steps", run.Steps);
            Number(json, "seconds", run.Seconds);
            Number(json, "per_second", run.ItemsPerSecond);
            json.WriteNumber("peak_bytes", run.PeakBytes);
            Points(json, "validation", run.Series.Validation);
            int every = 1 + (run.Series.Training.Count / LargestCurve);
            Points(json, "training", [.. run.Series.Training.Where((_, i) => i % every == 0)]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Interval(Utf8JsonWriter json, string name, Interval? interval)
    {
        json.WriteStartObject(name);
        Number(json, "mean", interval?.Mean);
        Number(json, "low", interval?.Low);
        Number(json, "high", interval?.High);
        json.WriteEndObject();
    }

    private static void Points(Utf8JsonWriter json, string name, IReadOnlyList<LossPoint> points)
    {
        json.WriteStartArray(name);
        foreach (LossPoint point in points)
        {
            json.WriteStartArray();
            json.WriteNumberValue(point.Step);
            json.WriteNumberValue(Math.Round(point.Seconds, 4));
            if (double.IsFinite(point.Loss))
            {
                json.WriteNumberValue(point.Loss);
            }
            else
            {
                json.WriteNullValue();
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
