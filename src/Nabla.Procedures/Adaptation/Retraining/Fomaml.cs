using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>Moves the base by the gradients found after some steps on each task.</summary>
/// <remarks>
/// <para>Update: phi_t is the base after innerSteps steps on task t; the base steps by the mean gradient of a fresh batch at phi_t.</para>
/// <para>Needs: a copy of the base. The inner optimizer begins anew for every task and round; heads move by the query gradient.</para>
/// <para>Choose it: as MAML without second derivatives.</para>
/// </remarks>
/// <param name="options">The number of steps.</param>
[Method("fomaml", Family.Adaptation, Paper = "arXiv:1703.03400", Title = "Model-Agnostic Meta-Learning for Fast Adaptation of Deep Networks")]
public sealed class Fomaml(FomamlOptions options) : ICataloguedMethod<FomamlOptions>, IRetrainingMethod
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "phi[t] = W after innerSteps steps of the inner optimizer on task t",
        "W steps by the mean over t of the gradient of L_t on a fresh batch at phi[t]",
    ];

    /// <inheritdoc/>
    public RetrainingRun Begin(
        Module model, IReadOnlyList<IAdaptationTask> tasks, MethodOptions optimizer, MethodOptions? taskOptimizer = null, Seed seed = default)
    {
        options.ThrowIfInvalid();
        return new FirstOrderRetraining(model, tasks, optimizer, taskOptimizer, seed, options.InnerSteps, queries: true);
    }
}
