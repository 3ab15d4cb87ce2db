using Nabla.Runs;

namespace Nabla.Dashboard.Methods;

/// <summary>What a method reached on a task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Runs">Runs that ended with a validation loss.</param>
/// <param name="Best">The one with the least validation loss.</param>
/// <param name="Median">The median of the validation losses.</param>
public sealed record TaskResult(string Task, int Runs, StoredRun Best, double Median)
{
    /// <summary>The results of a method by task.</summary>
    /// <param name="runs">Its runs.</param>
    public static IReadOnlyList<TaskResult> Of(IReadOnlyList<StoredRun> runs) =>
    [
        .. runs.Where(run => run is { Ending: not null, ValidationLoss: not null })
            .GroupBy(run => run.Task).OrderBy(task => task.Key, StringComparer.Ordinal)
            .Select(task =>
            {
                StoredRun[] ordered = [.. task.OrderBy(run => run.ValidationLoss)];
                double median = (ordered[(ordered.Length - 1) / 2].ValidationLoss!.Value + ordered[ordered.Length / 2].ValidationLoss!.Value) / 2;
                return new TaskResult(task.Key, ordered.Length, ordered[0], median);
            }),
    ];
}
