using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>Trains one set of weights on all tasks, without a thought of adapters: the baseline of meta-learning.</summary>
/// <remarks>
/// <para>Update: a step of the base by the gradient of one task after the other, or of all.</para>
/// <para>Needs: nothing beside the base and the tasks' heads.</para>
/// <para>Choose it: when the base is used as it is; before low-rank adapters it can be the wrong base.</para>
/// </remarks>
/// <param name="options">The order of the tasks.</param>
[Method(
    "standard-retraining",
    Family.Adaptation,
    Paper = "arXiv:2410.22264",
    Title = "Provable Meta-Learning with Low-Rank Adaptations")]
public sealed class StandardRetraining(StandardRetrainingOptions options) : ICataloguedMethod<StandardRetrainingOptions>, IRetrainingMethod
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } = ["minimize over W: sum over t of L_t(W)"];

    /// <inheritdoc/>
    public RetrainingRun Begin(
        Module model, IReadOnlyList<IAdaptationTask> tasks, MethodOptions optimizer, MethodOptions? taskOptimizer = null, Seed seed = default)
    {
        options.ThrowIfInvalid();
        return new JointRetraining(model, tasks, optimizer, taskOptimizer, seed, options.Schedule);
    }
}
