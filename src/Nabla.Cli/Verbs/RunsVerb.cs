using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
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

    /// <summary>The id and the store of a run or a comparison that the user named.</summary>
    /// <param name="id">Its id, or the path of its folder.</param>
    /// <param name="home">The store's folder; null for the default one.</param>
    /// <returns>The id and the full path of the store's folder.</returns>
    public static (string Id, string Home) Locate(string id, string? home)
    {
        if (home is null)
        {
            // A run lies in HOME/runs/ID.
            string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(id));
            string? runs = Path.GetDirectoryName(full);
            if (id.Contains('/', StringComparison.Ordinal) && Path.GetFileName(runs) == "runs" && Path.GetDirectoryName(runs) is { } store)
            {
                return (Path.GetFileName(full), store);
            }
        }

        return (id, Path.GetFullPath(home ?? RunStore.DefaultHome));
    }

    /// <summary>A run that the user named.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="home">The store's folder.</param>
    /// <returns>The run.</returns>
    /// <exception cref="UsageException">There is no such run.</exception>
    public static StoredRun Find(string id, string home)
    {
        if (!RunStore.Exists(home))
        {
            throw new UsageException($"There is no run '{id}' in '{home}'. There are no runs yet; 'nabla train' makes one.");
        }

        using RunStore store = RunStore.Open(home);
        return store.Find(id) ?? throw Unknown(store, id);
    }

    private static UsageException Unknown(RunStore store, string id)
    {
        try
        {
            store.Get(id);
            return new UsageException($"There is no run '{id}'.");
        }
        catch (RunStoreException failure)
        {
            return new UsageException(failure.Message, failure);
        }
    }

    private static int List(string? home, bool json, TextWriter output)
    {
        string folder = Path.GetFullPath(home ?? RunStore.DefaultHome);
        IReadOnlyList<StoredRun> runs = [];
        if (RunStore.Exists(folder))
        {
            using RunStore store = RunStore.Open(folder);
            runs = store.List();
        }

        if (json)
        {
            JsonDocumentWriter.Write(output, new JsonArray([.. runs.Select(Row)]));
            return ExitCode.Done;
        }

        if (runs.Count == 0)
        {
            output.WriteLine("There are no runs yet; 'nabla train text --steps 100' makes one.");
            return ExitCode.Done;
        }

        PlainTable table = new("run", "verb", "task", "method", "started", "ending", "steps", "final loss", "seconds");
        foreach (StoredRun record in runs)
        {
            table.Add(
                record.Id,
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
        (id, string folder) = Locate(id, home);
        StoredRun record = Find(id, folder);
        JsonObject document = Row(record);
        document["validation_loss"] = JsonDocumentWriter.Number(record.ValidationLoss);
        document["per_second"] = JsonDocumentWriter.Number(record.PerSecond);
        document["peak_bytes"] = record.PeakBytes;
        document["seed"] = record.Seed;
        document["threads"] = record.Threads;
        document["device"] = record.Device;
        document["advice"] = record.Advice;
        document["path"] = Path.Combine(folder, "runs", record.Id);
        JsonObject options = [];
        foreach ((string name, string value) in record.Options)
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

    private static JsonObject Row(StoredRun record) => new()
    {
        ["run"] = record.Id,
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
