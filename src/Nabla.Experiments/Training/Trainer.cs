using System.Runtime.ExceptionServices;
using Nabla.Core;

namespace Nabla.Experiments;

/// <summary>
/// The training loop: batches, gradients, clipping, updates, evaluations, checkpoints. It runs on one thread of its
/// own, because grad mode, scopes and the team of OpenMP threads belong to a thread.
/// </summary>
public static class Trainer
{
    /// <summary>Trains until a limit, a target, a cancellation or a loss that is not finite.</summary>
    /// <param name="task">Model, data and loss; borrowed.</param>
    /// <param name="optimizer">The method, over the parameters of the task's model; borrowed.</param>
    /// <param name="options">Limits and habits.</param>
    /// <param name="progress">Called on the training thread after every step and evaluation; null: nobody.</param>
    /// <param name="cancellationToken">Ends training after the step that is going on; the state is saved.</param>
    /// <returns>The ending and all measurements. Bad outcomes of the mathematics are endings, not exceptions.</returns>
    /// <exception cref="ArgumentException">An option is out of range or without effect.</exception>
    /// <exception cref="CheckpointException">A checkpoint cannot be written or read; the last whole one is intact.</exception>
    public static TrainingResult Run(
        ILearningTask task,
        Optimizer optimizer,
        TrainingOptions options,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        return OnOwnThread(() => new TrainingLoop(task, optimizer, options, progress).Run(cancellationToken));
    }

    /// <summary>Runs work that uses the engine on a new thread and waits; exceptions come back as they were.</summary>
    /// <typeparam name="T">What the work returns.</typeparam>
    /// <param name="work">The work; what it sets on its thread, such as the gradient mode, ends with it.</param>
    /// <returns>What the work returned.</returns>
    public static T OnOwnThread<T>(Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        // 16 MiB: backward recursion of deep graphs happens on this thread.
        Thread thread = new(
            () =>
            {
                try
                {
                    result = work();
                }
                catch (Exception e)
                {
                    failure = ExceptionDispatchInfo.Capture(e);
                }
            },
            16 << 20)
        {
            Name = "nabla-training",
            IsBackground = true,
        };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }
}
