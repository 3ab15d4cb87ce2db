using Nabla.Adapters.Schedules;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Objectives;
using Nabla.Procedures.Adaptation;

namespace Nabla.Experiments;

/// <summary>
/// Retrains one hidden layer on tasks that differ by a low rank, and adapts it to another task with few samples. All methods see the
/// same samples, start and steps; the gradients of the tasks are summed, as in the published experiment.
/// </summary>
public static class ShallowStudy
{
    /// <summary>Runs the comparison once.</summary>
    /// <param name="plan">Sizes.</param>
    /// <param name="methods">The ways to make the base; null for a base that keeps its first weights.</param>
    /// <param name="seed">Fixes tasks, samples and starts.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    /// <returns>For each method the mean squared error on the new task against its teacher without noise, after the last step.</returns>
    /// <exception cref="ArgumentException">A value of the plan is not allowed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="NonFiniteException">Training stopped being finite; the message says where.</exception>
    public static IReadOnlyList<double> Run(
        ShallowPlan plan, IReadOnlyList<IRetrainingMethod?> methods, Seed seed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(methods);
        plan.ThrowIfInvalid();
        var truth = PlantedTasks.Draw(plan.Dimension, plan.Rank, plan.Tasks + 1, seed);
        var weights = PlantedTasks.Normals(plan.Dimension, 1, seed.Derive("output weights"));
        SigmoidTask Task(int number, int count) => new(
            $"task {number}", truth.Matrix(number), weights, count, plan.TestSamples, plan.Noise, seed.Derive("samples").Derive(number));
        var tasks = Enumerable.Range(0, plan.Tasks).Select(t => Task(t, plan.Samples)).ToArray();
        using var novel = Task(plan.Tasks, plan.NewSamples);
        try
        {
            return [.. methods.Select(method => Error(plan, method, tasks, novel, seed, cancellationToken))];
        }
        finally
        {
            foreach (var task in tasks)
            {
                task.Dispose();
            }
        }
    }

    /// <summary>The adapters of the study: rank k, scale 1.</summary>
    /// <param name="plan">Sizes.</param>
    public static LoraOptions Adapter(ShallowPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new() { Rank = plan.Rank, Alpha = plan.Rank };
    }

    private static double Error(
        ShallowPlan plan, IRetrainingMethod? method, IReadOnlyList<IAdaptationTask> tasks, SigmoidTask novel, Seed seed, CancellationToken cancellationToken)
    {
        var d = plan.Dimension;
        var optimizer = new WrappedOptions(new CosineOptions(), new AdamWOptions { LearningRate = plan.Rate });
        // As layers begin in the published code: uniform within 1 / sqrt(inputs), which has the deviation 1 / sqrt(3 inputs).
        using var layer = new Core.Linear(
            Tensor.From<double>(PlantedTasks.Normals(d * d, 1 / Math.Sqrt(3.0 * d), seed.Derive("start")), d, d).Release());
        if (method is not null)
        {
            using var run = method.Begin(layer, tasks, optimizer, seed: seed.Derive("retraining"));
            ThrowIfStopped(run.Run(new() { Rounds = plan.RetrainingSteps, CancellationToken = cancellationToken }).Ending, cancellationToken);
        }

        using var adapter = new LoraAdapter(layer, Adapter(plan), seed.Derive("adapter"));
        var result = TaskAdaptation.Adapt(
            layer, adapter, novel, optimizer, new() { Steps = plan.AdaptationSteps, CancellationToken = cancellationToken });
        ThrowIfStopped(result.Ending, cancellationToken);
        return result.Last;
    }

    private static void ThrowIfStopped(Ending ending, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (ending.Kind == EndingKind.NonFinite)
        {
            throw new NonFiniteException(ending.Advice);
        }
    }
}
