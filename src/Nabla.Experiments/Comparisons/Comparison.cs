namespace Nabla.Experiments;

/// <summary>
/// Compares methods fairly: for every seed the same weights, the same batches in the same order and the same budget
/// for each. A method that fails is reported and does not stop the others.
/// </summary>
public static class Comparison
{
    /// <summary>Compares methods of the catalogue on a task of the catalogue and writes a report.</summary>
    /// <param name="plan">What to compare.</param>
    /// <param name="progress">Called on the training thread, first at once; null: nobody.</param>
    /// <param name="cancellationToken">Ends the comparison after the step that is going on; what was measured is reported.</param>
    /// <returns>All outcomes, losers included.</returns>
    /// <exception cref="ArgumentException">The plan is wrong.</exception>
    /// <exception cref="RunStoreException">The run store or the report cannot be written.</exception>
    public static ComparisonResult Run(
        ComparisonPlan plan, IProgress<ComparisonEvent>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Run(
            plan,
            ExperimentParts.FromCatalogue(plan.Task, plan.TaskOptions, plan.Device, plan.Threads, plan.WeightDecay),
            progress,
            cancellationToken);
    }

    /// <summary>Compares methods on a task of your own.</summary>
    /// <param name="plan">What to compare; its task's name and settings are recorded only.</param>
    /// <param name="parts">How the tasks and the optimizers are made.</param>
    /// <param name="progress">Called on the training thread, first at once; null: nobody.</param>
    /// <param name="cancellationToken">Ends the comparison after the step that is going on; what was measured is reported.</param>
    /// <returns>All outcomes, losers included.</returns>
    /// <exception cref="ArgumentException">The plan is wrong.</exception>
    /// <exception cref="RunStoreException">The run store or the report cannot be written.</exception>
    public static ComparisonResult Run(
        ComparisonPlan plan,
        ExperimentParts parts,
        IProgress<ComparisonEvent>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(parts);
        plan.ThrowIfInvalid();
        foreach (ComparedMethod method in plan.Methods)
        {
            parts.CheckMethod(method.Name, method.Options);
        }

        return Trainer.OnOwnThread(() => new ComparisonSession(plan, parts, progress, cancellationToken).Run());
    }
}
