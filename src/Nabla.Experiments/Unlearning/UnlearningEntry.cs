using Nabla.Core;

namespace Nabla.Experiments.Unlearning;

/// <summary>A method of unlearning that takes part in a study.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Method">The method; a new one is made for each run.</param>
/// <param name="Optimizer">What it steps with.</param>
public sealed record UnlearningEntry(string Name, Func<IUnlearner> Method, MethodOptions Optimizer)
{
    /// <summary>An entry from options.</summary>
    /// <param name="name">What the table calls it.</param>
    /// <param name="method">The method's options.</param>
    /// <param name="optimizer">What it steps with.</param>
    public UnlearningEntry(string name, UnlearnerOptions method, MethodOptions optimizer)
        : this(name, method.Create, optimizer) => ArgumentNullException.ThrowIfNull(method);
}
