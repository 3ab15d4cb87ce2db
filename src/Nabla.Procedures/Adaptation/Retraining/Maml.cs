using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>Moves the base so that gradient steps on each task lead to a low loss, second derivatives included.</summary>
/// <remarks>
/// <para>Update: phi_t is the base after innerSteps plain steps of rate innerRate on task t; the base steps by the mean derivative of
/// the query loss at phi_t by the base. Exact for every model whose operators can be differentiated twice.</para>
/// <para>Needs: a copy of the base for every inner step, and a product with the second derivative for each.</para>
/// <para>Choose it: to prepare a base for a few gradient steps on a new task.</para>
/// </remarks>
/// <param name="options">Number and rate of the steps.</param>
[Method("maml", Family.Adaptation, Paper = "arXiv:1703.03400", Title = "Model-Agnostic Meta-Learning for Fast Adaptation of Deep Networks")]
[Departs("Heads of tasks rest in the inner steps and move by the query gradient; the paper has none.")]
public sealed class Maml(MamlOptions options) : ICataloguedMethod<MamlOptions>, IRetrainingMethod
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "phi[t,0] = W, phi[t,i+1] = phi[t,i] - innerRate * gradient of L_t on batch i at phi[t,i]",
        "v = gradient of L_t on a fresh batch at phi[t,innerSteps]",
        "for i = innerSteps-1 ... 0: v = v - innerRate * H[t,i] v, H[t,i] the second derivative on batch i at phi[t,i]",
        "W steps by the mean over t of v",
    ];

    /// <inheritdoc/>
    public RetrainingRun Begin(
        Module model, IReadOnlyList<IAdaptationTask> tasks, MethodOptions optimizer, MethodOptions? taskOptimizer = null, Seed seed = default)
    {
        options.ThrowIfInvalid();
        return new SecondOrderRetraining(model, tasks, optimizer, taskOptimizer, seed, options.InnerSteps, options.InnerRate);
    }
}
