using System.Diagnostics;
using System.Text.Json.Nodes;
using Nabla.Engine;

namespace Nabla.Experiments;

/// <summary>A model that is made from others without training, kept in the run store: what <c>nabla merge</c> and <c>nabla adapt
/// merge</c> do.</summary>
public sealed record MadeModel
{
    private const string ModelKind = "model";

    /// <summary>The verb that makes it.</summary>
    public required string Verb { get; init; }

    /// <summary>The catalogue name of the method.</summary>
    public required string Method { get; init; }

    /// <summary>Options of the method by name (camelCase), as text in invariant culture.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>What it is made of, and how: settings as they are to stand in the run.</summary>
    public required JsonObject Settings { get; init; }

    /// <summary>The folder that the model is written to.</summary>
    public required string Out { get; init; }

    /// <summary>Folder of the run store; null: <see cref="RunStore.DefaultHome"/>.</summary>
    public string? Home { get; init; }

    /// <summary>Makes a run, writes the model, and names it among the run's files.</summary>
    /// <param name="write">Writes the model. Mistakes of the user should be found before: what it throws ends the run as failed.</param>
    /// <returns>The run's id.</returns>
    /// <exception cref="RunStoreException">The store cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the run says so.</exception>
    public string Run(Action write)
    {
        ArgumentNullException.ThrowIfNull(write);
        string folder = Path.GetFullPath(Out);
        var settings = (JsonObject)Settings.DeepClone();
        settings["out"] = folder;
        using RunStore store = RunStore.Open(Home);
        using RunWriter writer = store.StartRun(new StoredRun
        {
            Verb = Verb,
            Task = "merge",
            Method = Method,
            Options = Options,
            Settings = settings.ToJsonString(),
            Versions = MachineFacts.Versions,
            Threads = Torch.Threads,
            Commit = SourceState.Current.Commit,
            IsClean = SourceState.Current.IsClean,
        });
        long begun = Stopwatch.GetTimestamp();
        try
        {
            write();
            store.AddArtefact(writer.Run, new Artefact(ModelKind, ModelKind, folder));
            writer.Finish(new RunOutcome("completed", "The model was written.")
            {
                Seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds,
                PeakBytes = PeakMemory.Read(),
            });
            return writer.Run;
        }
        catch (OperationCanceledException)
        {
            writer.Finish(new RunOutcome(StoredRun.Cancelled, "Stopped while the model was written; the folder is not whole."));
            throw;
        }
        catch (Exception problem) when (problem is not RunStoreException)
        {
            StoredTraining.Fail(writer, problem);
            throw;
        }
    }
}
