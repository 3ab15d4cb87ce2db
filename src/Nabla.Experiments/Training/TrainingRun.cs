using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Experiments;

/// <summary>Training with a folder in the run store: what <c>nabla train</c> and <c>nabla resume</c> do.</summary>
public static class TrainingRun
{
    private static readonly TimeSpan _defaultRhythm = TimeSpan.FromMinutes(1);

    /// <summary>Starts a new run; its settings are on disk before the first step.</summary>
    /// <param name="plan">Task, method, loop and seed.</param>
    /// <param name="progress">Called on the training thread; null: nobody.</param>
    /// <param name="cancellationToken">Ends training after the step that is going on; the state is saved.</param>
    /// <returns>The run's folder and what came out.</returns>
    /// <exception cref="ArgumentException">The plan is wrong.</exception>
    /// <exception cref="RunStoreException">The run store cannot be written.</exception>
    /// <exception cref="CheckpointException">A checkpoint cannot be written; the last whole one is intact.</exception>
    public static TrainingOutcome Start(
        TrainingPlan plan, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Start(
            plan, ExperimentParts.FromCatalogue(
                plan.Task, plan.TaskOptions, plan.Device, plan.Threads, plan.Training.WeightDecay), progress, cancellationToken);
    }

    /// <summary>Starts a new run with tasks and methods of your own.</summary>
    /// <param name="plan">Loop and seed; task and method are recorded, and given to <paramref name="parts"/>.</param>
    /// <param name="parts">How the task and the optimizer are made.</param>
    /// <param name="progress">Called on the training thread; null: nobody.</param>
    /// <param name="cancellationToken">Ends training after the step that is going on; the state is saved.</param>
    /// <returns>The run's folder and what came out.</returns>
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
        Options(settings, "checkpoints", plan.Seed, plan.Threads, resume: false).ThrowIfInvalid();
        parts.CheckMethod(plan.Method, plan.MethodOptions);
        return Trainer.OnOwnThread(() =>
        {
            using ILearningTask task = parts.CreateTask(plan.Seed);
            using Optimizer optimizer = parts.CreateOptimizer(plan.Method, plan.MethodOptions, task);
            RunFolder run = RunFolder.Create(
                new RunRecord
                {
                    Verb = "train",
                    Task = plan.Task,
                    TaskOptions = plan.TaskOptions,
                    Method = plan.Method,
                    MethodOptions = plan.MethodOptions,
                    Training = settings,
                    Seed = plan.Seed,
                    Versions = MachineFacts.Versions,
                    Device = plan.Device,
                    Threads = plan.Threads > 0 ? plan.Threads : Torch.Threads,
                },
                plan.Home);
            return Train(run, task, optimizer, resume: false, progress, cancellationToken);
        });
    }

    /// <summary>Goes on with a run that was cancelled or killed, with the settings it was started with.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="home">Folder of the run store; null: <see cref="RunFolder.DefaultHome"/>.</param>
    /// <param name="progress">Called on the training thread; null: nobody.</param>
    /// <param name="cancellationToken">Ends training after the step that is going on; the state is saved.</param>
    /// <returns>The run's folder and what came out.</returns>
    /// <exception cref="RunStoreException">There is no such run, it is not one to resume, or it is being trained.</exception>
    /// <exception cref="CheckpointException">There is no whole checkpoint, or one cannot be written.</exception>
    public static TrainingOutcome Resume(
        string run,
        string? home = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        RunRecord record = RunFolder.Open(run, home).Record;
        return Resume(
            run,
            ExperimentParts.FromCatalogue(
                record.Task, record.TaskOptions, record.Device, record.Threads, record.Training.WeightDecay),
            home,
            progress,
            cancellationToken);
    }

    /// <summary>Goes on with a run that has tasks and methods of your own.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="parts">How the task and the optimizer are made; the same as at the start.</param>
    /// <param name="home">Folder of the run store; null: <see cref="RunFolder.DefaultHome"/>.</param>
    /// <param name="progress">Called on the training thread; null: nobody.</param>
    /// <param name="cancellationToken">Ends training after the step that is going on; the state is saved.</param>
    /// <returns>The run's folder and what came out.</returns>
    /// <exception cref="RunStoreException">There is no such run, it is not one to resume, or it is being trained.</exception>
    /// <exception cref="CheckpointException">There is no whole checkpoint, or one cannot be written.</exception>
    public static TrainingOutcome Resume(
        string run,
        ExperimentParts parts,
        string? home = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parts);
        RunFolder folder = RunFolder.Open(run, home);
        if (folder.Record.Verb != "train")
        {
            throw new RunStoreException(
                $"Run {folder.Id} is part of a '{folder.Record.Verb}' and keeps no checkpoints; only runs of 'train' can be resumed.");
        }

        return Trainer.OnOwnThread(() =>
        {
            RunRecord record = folder.Record;
            using ILearningTask task = parts.CreateTask(record.Seed);
            using Optimizer optimizer = parts.CreateOptimizer(record.Method, record.MethodOptions, task);
            return Train(folder, task, optimizer, resume: true, progress, cancellationToken);
        });
    }

    internal static RunRecord WithOutcome(RunRecord record, TrainingResult result) => record with
    {
        Ending = result.Ending.Key,
        Advice = result.Ending.Advice,
        Steps = result.Steps,
        FinalLoss = Finite(result.FinalLoss),
        ValidationLoss = Finite(result.ValidationLoss),
        Seconds = result.Seconds,
        PerSecond = result.ItemsPerSecond,
        PeakBytes = result.PeakBytes,
    };

    private static TrainingOutcome Train(
        RunFolder run,
        ILearningTask task,
        Optimizer optimizer,
        bool resume,
        IProgress<TrainingProgress>? progress,
        CancellationToken cancellationToken)
    {
        using IDisposable held = run.Hold();
        RunRecord record = run.Record;
        TrainingOptions options = Options(record.Training, run.CheckpointsPath, record.Seed, record.Threads, resume);
        try
        {
            if (resume)
            {
                // Until it ends again the run is one that is going on, or was killed.
                run.Update(r => r with { Ending = null, Advice = null });
            }

            progress?.Report(new TrainingProgress
            {
                Step = 0,
                Elapsed = TimeSpan.Zero,
                Message = ParameterGroups.Describe(optimizer.Groups).TrimEnd(),
            });
            TrainingResult result = new TrainingLoop(task, optimizer, options, progress).Run(cancellationToken);
            run.WriteMetrics(result.Series);
            run.Update(r => WithOutcome(r, result));
            return new TrainingOutcome(run, result);
        }
        catch (Exception e)
        {
            try
            {
                run.Update(r => r with { Ending = "failed", Advice = e.Message });
            }
            catch (RunStoreException)
            {
                // The disk may be what failed; the first cause is the one to report.
            }

            throw;
        }
    }

    private static TrainingOptions Options(TrainingSettings settings, string folder, long seed, int threads, bool resume) => new()
    {
        MaxSteps = settings.MaxSteps,
        MaxTime = settings.MaxTime,
        AccumulationSteps = settings.AccumulationSteps,
        ClipNorm = settings.ClipNorm,
        EvaluateEvery = settings.EvaluateEvery,
        EvaluateEveryTime = settings.EvaluateEveryTime,
        CheckpointEverySteps = settings.CheckpointEverySteps,
        CheckpointEvery = settings.CheckpointEvery,
        TargetLoss = settings.TargetLoss,
        CheckpointFolder = folder,
        Resume = resume,
        Seed = seed,
        Threads = threads,
    };

    private static double? Finite(double? value) => value is { } v && double.IsFinite(v) ? v : null;
}
