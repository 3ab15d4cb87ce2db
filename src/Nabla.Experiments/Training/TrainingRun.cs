using Nabla.Core;

namespace Nabla.Experiments;

/// <summary>Training that is kept in the run store: what <c>nabla train</c> and <c>nabla resume</c> do.</summary>
public static class TrainingRun
{
    private static readonly TimeSpan _defaultRhythm = TimeSpan.FromMinutes(1);

    /// <summary>Starts a new run; its settings are in the store before the first step.</summary>
    /// <param name="plan">Task, method, loop and seed.</param>
    /// <param name="progress">Called on the training thread; null: nobody.</param>
    /// <param name="cancellationToken">Ends training after the step that is going on; the state is saved.</param>
    /// <returns>The run and what came out.</returns>
    /// <exception cref="ArgumentException">The plan is wrong.</exception>
    /// <exception cref="RunStoreException">The run store cannot be written.</exception>
    /// <exception cref="CheckpointException">A checkpoint cannot be written; the last whole one is intact.</exception>
    public static TrainingOutcome Start(
        TrainingPlan plan, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Start(
            plan,
            ExperimentParts.FromCatalogue(plan.Task, plan.TaskOptions, plan.Device, plan.Threads, plan.Training.WeightDecay, plan.Training.Precision),
            progress,
            cancellationToken);
    }

    /// <summary>Starts a new run with tasks and methods of your own.</summary>
    /// <param name="plan">Loop and seed; task and method are recorded, and given to <paramref name="parts"/>.</param>
    /// <param name="parts">How the task and the optimizer are made.</param>
    /// <param name="progress">Called on the training thread; null: nobody.</param>
    /// <param name="cancellationToken">Ends training after the step that is going on; the state is saved.</param>
    /// <returns>The run and what came out.</returns>
    /// <exception cref="ArgumentException">The plan is wrong.</exception>
    /// <exception cref="RunStoreException">The run store cannot be written.</exception>
    /// <exception cref="CheckpointException">A checkpoint cannot be written; the last whole one is intact.</exception>
    public static TrainingOutcome Start(
        TrainingPlan plan,
        ExperimentParts parts,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(parts);
        TrainingSettings settings = plan.Training is { CheckpointEverySteps: 0, CheckpointEvery: null }
            ? plan.Training with { CheckpointEvery = _defaultRhythm }
            : plan.Training;
        // A mistake must not leave a run behind.
        settings.ToOptions("checkpoints", plan.Seed, plan.Threads, resume: false).ThrowIfInvalid();
        parts.CheckMethod(plan.Method, plan.MethodOptions);
        return Trainer.OnOwnThread(() =>
        {
            using ILearningTask task = parts.CreateTask(plan.Seed);
            using Optimizer optimizer = parts.CreateOptimizer(plan.Method, plan.MethodOptions, task);
            using RunStore store = RunStore.Open(plan.Home);
            StoredRun row = StoredTraining.Row(
                "train", plan.Task, plan.Method, plan.MethodOptions,
                new RunSettings { TaskOptions = plan.TaskOptions, Training = settings }, plan.Seed, plan.Device, plan.Threads);
            using RunWriter writer = store.StartRun(row);
            using RunLock held = RunLock.Take(store.FolderOf(writer.Run));
            return Train(store, writer, settings, row.Seed, row.Threads, task, optimizer, resume: false, progress, cancellationToken);
        });
    }

    /// <summary>
    /// Goes on with a run that was cancelled or killed, with the settings it was started with. One that was killed before
    /// its first checkpoint begins anew, which comes to the same.
    /// </summary>
    /// <param name="run">The run's id.</param>
    /// <param name="home">Folder of the run store; null: <see cref="RunStore.DefaultHome"/>.</param>
    /// <param name="progress">Called on the training thread; null: nobody.</param>
    /// <param name="cancellationToken">Ends training after the step that is going on; the state is saved.</param>
    /// <returns>The run and what came out.</returns>
    /// <exception cref="RunStoreException">There is no such run, it is not one to resume, or it is being trained.</exception>
    /// <exception cref="CheckpointException">No checkpoint is whole, or one cannot be written.</exception>
    public static TrainingOutcome Resume(
        string run,
        string? home = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        StoredRun row = Find(run, home);
        var settings = RunSettings.Of(row);
        return Resume(
            run,
            ExperimentParts.FromCatalogue(
                row.Task, settings.TaskOptions, row.Device, row.Threads, settings.Training.WeightDecay, settings.Training.Precision),
            home,
            progress,
            cancellationToken);
    }

    /// <summary>Goes on with a run that has tasks and methods of your own.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="parts">How the task and the optimizer are made; the same as at the start.</param>
    /// <param name="home">Folder of the run store; null: <see cref="RunStore.DefaultHome"/>.</param>
    /// <param name="progress">Called on the training thread; null: nobody.</param>
    /// <param name="cancellationToken">Ends training after the step that is going on; the state is saved.</param>
    /// <returns>The run and what came out.</returns>
    /// <exception cref="RunStoreException">There is no such run, it is not one to resume, or it is being trained.</exception>
    /// <exception cref="CheckpointException">No checkpoint is whole, or one cannot be written.</exception>
    public static TrainingOutcome Resume(
        string run,
        ExperimentParts parts,
        string? home = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parts);
        StoredRun row = Find(run, home);
        if (row.Verb != "train")
        {
            throw new RunStoreException(row.Comparison is { } comparison
                ? $"Run {row.Id} is a part of the comparison {comparison}; go on with that: nabla resume {comparison}"
                : $"Run {row.Id} belongs to '{row.Verb}' and cannot be resumed; 'nabla train' makes runs that can.");
        }

        TrainingSettings settings = RunSettings.Of(row).Training;
        return Trainer.OnOwnThread(() =>
        {
            using ILearningTask task = parts.CreateTask(row.Seed);
            using Optimizer optimizer = parts.CreateOptimizer(row.Method, row.Options, task);
            using RunStore store = RunStore.Open(home);
            // Claimed before the ending is taken away: a run that another process trains stays as it is.
            using RunLock held = RunLock.Take(store.FolderOf(row.Id));
            using RunWriter writer = store.ContinueRun(row.Id);
            return Train(store, writer, settings, row.Seed, row.Threads, task, optimizer, resume: true, progress, cancellationToken);
        });
    }

    private static StoredRun Find(string run, string? home)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (!RunStore.Exists(home))
        {
            throw new RunStoreException(
                $"There is no run '{run}' in '{home ?? RunStore.DefaultHome}'. There are no runs yet; 'nabla train' makes one.");
        }

        using RunStore store = RunStore.Open(home);
        return store.Get(run);
    }

    private static TrainingOutcome Train(
        RunStore store,
        RunWriter writer,
        TrainingSettings settings,
        long seed,
        int threads,
        ILearningTask task,
        Optimizer optimizer,
        bool resume,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        string folder = StoredTraining.CheckpointsOf(store, writer.Run);
        bool anew = resume && !Checkpoint.Any(folder);
        TrainingOptions options = settings.ToOptions(folder, seed, threads, resume && !anew);
        progress?.Report(new TrainingProgress
        {
            Step = 0,
            Elapsed = TimeSpan.Zero,
            Message = ParameterGroups.Describe(optimizer.Groups).TrimEnd()
                + (anew ? "\nThe run was stopped before its first checkpoint; it begins anew." : ""),
        });
        TrainingResult result = StoredTraining.Train(writer, task, optimizer, options, progress, cancellationToken);
        return new TrainingOutcome(store.Get(writer.Run), result)
        {
            Model = Keep(store, writer.Run, task, optimizer, result),
            IsAdapter = task is AdaptedTextTask,
        };
    }

    /// <summary>Writes the trained model beside the run's checkpoints, where the task has one that others read.</summary>
    private static string? Keep(RunStore store, string run, ILearningTask task, Optimizer optimizer, TrainingResult result)
    {
        if (task is not IModelTask kept || !result.Ending.IsSuccess)
        {
            return null;
        }

        string folder = Path.Combine(store.FolderOf(run), kept.ModelKind);
        using (optimizer.UseEvaluationWeights())
        {
            kept.SaveModel(folder);
        }

        store.AddArtefact(run, new Artefact(kept.ModelKind, kept.ModelKind, folder));
        return folder;
    }
}
