using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Training from scratch on the examples to keep: what other methods are measured against.</summary>
/// <remarks>
/// <para>Update: fresh weights, then the optimizer's steps on the loss of batches to keep.</para>
/// <para>Needs: all examples to keep, and a task that can make its model untrained (<see cref="IRestartable"/>).</para>
/// <para>Choose it: where its time can be paid.</para>
/// </remarks>
/// <param name="options">None.</param>
[Method("retraining", Family.Unlearning, Paper = "arXiv:2505.22601", Title = "Machine Unlearning under Overparameterization")]
public sealed class Retraining(RetrainingOptions options) : RetainDescent, ICataloguedMethod<RetrainingOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } = ["theta drawn anew", "theta <- theta - optimizer(grad J(theta; batch to keep))"];

    /// <inheritdoc/>
    public override RetainNeed Needs => RetainNeed.All;

    /// <inheritdoc/>
    protected override ExampleSet Leads => ExampleSet.Retain;

    /// <inheritdoc/>
    protected override void CheckOptions() => options.ThrowIfInvalid();

    /// <inheritdoc/>
    protected override void Check(IUnlearningTask task)
    {
        if (task is not IRestartable)
        {
            throw new ArgumentException(
                "'retraining' begins with an untrained model, and nobody said how it is made. Give a task that is IRestartable.", nameof(task));
        }
    }

    /// <inheritdoc/>
    protected override IDisposable? Begin(IUnlearningTask task, UnlearningBudget budget)
    {
        ((IRestartable)task).Restart(budget.Seed.Derive("untrained"));
        return null;
    }
}
