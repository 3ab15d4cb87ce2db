using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>A way to train one base on several tasks, so that it can be adapted to others afterwards.</summary>
public interface IRetrainingMethod
{
    /// <summary>Prepares a run; nothing is trained yet.</summary>
    /// <param name="model">The base; it is changed in place, and stays the caller's.</param>
    /// <param name="tasks">The tasks, in the order in which they take turns; at least one.</param>
    /// <param name="optimizer">The method of the base, any of the catalogue; weight decay acts on matrices alone.</param>
    /// <param name="taskOptimizer">
    /// The method of what belongs to a single task: adapters, heads, and the inner steps of Reptile and first-order MAML;
    /// null for the same as the base's.
    /// </param>
    /// <param name="seed">Fixes the starts of adapters and the draws of dropout.</param>
    /// <returns>The run; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There is no task, or a parameter of a task has a name of the base.</exception>
    /// <exception cref="OptionException">An option is not allowed, or of no use here.</exception>
    RetrainingRun Begin(
        Module model, IReadOnlyList<IAdaptationTask> tasks, MethodOptions optimizer, MethodOptions? taskOptimizer = null, Seed seed = default);
}
