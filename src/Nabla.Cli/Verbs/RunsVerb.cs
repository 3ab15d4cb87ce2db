using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nabla.Experiments;
using Nabla.Runs;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla runs</c>: what is in the store.</summary>
internal static class RunsVerb
{
    /// <summary>Makes the verb with its parts.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand runs = new(
            "runs", "Lists the runs in the store, oldest first, or shows one.", "", "nabla runs list", "nabla runs show 250131-120000-01");
        VerbCommand list = new("list", "Lists the runs in the store, oldest first.", "", "nabla runs list --json");
        VerbCommand show = new("show", "Shows the settings and the outcome of a run.", "", "nabla runs show 250131-120000-01");
        Option<string?> home = Home();
        Argument<string> id = new("RUN") { Description = "The id of the run, as 'nabla runs list' prints it." };
        list.Add(home);
        show.Add(id);
        show.Add(home);
        list.SetAction(parsed => List(
            parsed.GetValue(home), parsed.GetValue(list.Json), parsed.InvocationConfiguration.Output));
        show.SetAction(parsed => Show(
            parsed.GetValue(id)!, parsed.GetValue(home), parsed.GetValue(show.Json), parsed.InvocationConfiguration.Output));
        runs.Add(list);
        runs.Add(show);
        runs.SetAction(parsed => List(null, parsed.GetValue(runs.Json), parsed.InvocationConfiguration.Output));
        return runs;
    }

    /// <summary>The option <c>--out</c> of the verbs that read the store.</summary>
    /// <returns>A new option.</returns>
    public static Option<string?> Home() => new("--out")
    {
        HelpName = "DIR",
        Description = "The folder that was given to train or compare with --out. Default: NABLA_HOME, or the user's data folder.",
    };

    /// <summary>Opens a run that the user named.</summary>
    /// <param name="id">Its id, or the path of its folder.</param>
    /// <param name="home">The store's folder; null for the default one.</param>
    /// <returns>The run.</returns>
    /// <exception cref="UsageException">There is no such run.</exception>
    public static RunFolder Open(string id, string? home)
    {
        string full = Path.GetFullPath(id);
        if (home is null && File.Exists(Path.Combine(full, "run.json")) && Path.GetFileName(Path.GetDirectoryName(full)) == "runs")
        {
            home = Path.GetDirectoryName(Path.GetDirectoryName(full));
            id = Path.GetFileName(full);
        }

        try
        {
            return RunFolder.Open(id, home is null ? null : Path.GetFullPath(home));
        }
        catch (RunStoreException failure)
        {
            throw new UsageException(failure.Message, failure);
        }
    }

    private static int List(string? home, bool json, TextWriter output)
    {
        IReadOnlyList<RunFolder> runs = RunFolder.List(home is null ? null : Path.GetFullPath(home));
        if (json)
        {
            JsonDocumentWriter.Write(output, new JsonArray([.. runs.Select(run => Row(run.Record))]));
            return ExitCode.Done;
        }

        if (runs.Count == 0)
        {
            output.WriteLine("There are no runs yet; 'nabla train text --steps 100' makes one.");
            return ExitCode.Done;
        }

        PlainTable table = new("run", "verb", "task", "method", "started", "ending", "steps", "final loss", "seconds");
        foreach (RunRecord record in runs.Select(run => run.Record))
        {
            table.Add(
                record.Run,
                record.Verb,
                record.Task,
                record.Method,
                record.Started.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                record.Ending ?? "none",
                record.Steps.ToString(CultureInfo.InvariantCulture),
                Terminal.Short(record.FinalLoss),
                record.Seconds.ToString("F1", CultureInfo.InvariantCulture));
        }

        table.Write(output);
        return ExitCode.Done;
    }

    private static int Show(string id, string? home, bool json, TextWriter output)
    {
        RunFolder run = Open(id, home);
        RunRecord record = run.Record;
        JsonObject document = Row(record);
        document["validation_loss"] = JsonDocumentWriter.Number(record.ValidationLoss);
        document["per_second"] = JsonDocumentWriter.Number(record.PerSecond);
        document["peak_bytes"] = record.PeakBytes;
        document["seed"] = record.Seed;
        document["threads"] = record.Threads;
        document["device"] = record.Device;
        document["advice"] = record.Advice;
        document["path"] = run.Path;
        JsonObject options = [];
        foreach ((string name, string value) in record.MethodOptions)
        {
            options[name] = value;
        }

        document["options"] = options;
        if (json)
        {
            JsonDocumentWriter.Write(output, document);
            return ExitCode.Done;
        }

        foreach ((string name, JsonNode? value) in document)
        {
            string text = value is JsonObject map
                ? string.Join(", ", map.Select(entry => $"{entry.Key}={entry.Value}"))
                : value?.ToString() ?? "none";
            output.WriteLine($"{name.Replace('_', ' '),-16} {text}");
        }

        return ExitCode.Done;
    }

    private static JsonObject Row(RunRecord record) => new()
    {
        ["run"] = record.Run,
        ["verb"] = record.Verb,
        ["task"] = record.Task,
        ["method"] = record.Method,
        ["started"] = record.Started.ToString("O", CultureInfo.InvariantCulture),
        ["ending"] = record.Ending,
        ["steps"] = record.Steps,
        ["final_loss"] = JsonDocumentWriter.Number(record.FinalLoss),
        ["seconds"] = JsonDocumentWriter.Number(record.Seconds),
    };
}
