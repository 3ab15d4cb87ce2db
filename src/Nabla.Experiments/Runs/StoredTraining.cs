using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Experiments;

/// <summary>Trains one run of the store on the thread that calls, and writes what comes out, well or badly.</summary>
internal static class StoredTraining
{
    /// <summary>The row of a new run, before it has an id.</summary>
    public static StoredRun Row(
        string verb,
        string task,
        string method,
        IReadOnlyDictionary<string, string> options,
        RunSettings settings,
        long seed,
        string device,
        int threads) => new()
        {
            Verb = verb,
            Task = task,
            Method = method,
            Options = options,
            Settings = settings.ToJson(),
            Seed = seed,
            Versions = MachineFacts.Versions,
            Device = device,
            Threads = threads > 0 ? threads : Torch.Threads,
            Commit = SourceState.Current.Commit,
            IsClean = SourceState.Current.IsClean,
        };

    /// <summary>Where the checkpoints of a run are.</summary>
    public static string CheckpointsOf(RunStore store, string run) => Path.Combine(store.FolderOf(run), "checkpoints");

    /// <summary>Trains to the end; the ending is in the store when this returns or throws.</summary>
    public static TrainingResult Train(
        RunWriter writer,
        ILearningTask task,
        Optimizer optimizer,
        TrainingOptions options,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        try
        {
            TrainingResult result = new TrainingLoop(task, optimizer, options, progress, writer).Run(cancellationToken);
            writer.Finish(new RunOutcome(result.Ending.Key, result.Ending.Advice)
            {
                Steps = result.Steps,
                FinalLoss = result.FinalLoss,
                ValidationLoss = result.ValidationLoss,
                Seconds = result.Seconds,
                PerSecond = result.ItemsPerSecond,
                PeakBytes = result.PeakBytes,
            });
            return result;
        }
        catch (Exception e) when (e is not RunStoreException)
        {
            Fail(writer, e);
            throw;
        }
    }

    /// <summary>Marks a run as failed; when the store cannot be written either, the first cause is the one to report.</summary>
    public static void Fail(RunWriter writer, Exception cause)
    {
        try
        {
            writer.Finish(new RunOutcome("failed", cause.Message) { PeakBytes = PeakMemory.Read() });
        }
        catch (RunStoreException)
        {
            // The disk may be what failed.
        }
    }
}
