using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>Moves the base towards where some steps on each task lead.</summary>
/// <remarks>
/// <para>Update: phi_t is the base after innerSteps steps on task t; the base steps by the mean of W - phi_t as a gradient. With plain
/// descent of rate epsilon that is W + epsilon mean (phi_t - W).</para>
/// <para>Needs: a copy of the base. The inner optimizer begins anew for every task and round; a task's head keeps what it learned.</para>
/// <para>Choose it: to prepare a base for a few full-weight steps on a new task.</para>
/// </remarks>
/// <param name="options">The number of steps.</param>
[Method("reptile", Family.Adaptation, Paper = "arXiv:1803.02999", Title = "On First-Order Meta-Learning Algorithms")]
[Departs("The batched version: every task has a turn in every round, instead of one task drawn at random.")]
public sealed class Reptile(ReptileOptions options) : ICataloguedMethod<ReptileOptions>, IRetrainingMethod
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "phi[t] = W after innerSteps steps of the inner optimizer on task t",
        "W steps by the gradient mean over t of (W - phi[t])",
    ];

    /// <inheritdoc/>
    public RetrainingRun Begin(
        Module model, IReadOnlyList<IAdaptationTask> tasks, MethodOptions optimizer, MethodOptions? taskOptimizer = null, Seed seed = default)
    {
        options.ThrowIfInvalid();
        return new FirstOrderRetraining(model, tasks, optimizer, taskOptimizer, seed, options.InnerSteps, queries: false);
    }
}
