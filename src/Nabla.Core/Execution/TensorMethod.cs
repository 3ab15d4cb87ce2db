using Nabla.Engine;

namespace Nabla.Core;

/// <summary>A rule on whole tensors without its type parameters.</summary>
internal abstract class TensorMethod : RuleMethod
{
    public abstract IReadOnlyList<string> Equations { get; }

    public abstract IReadOnlyList<StateTensor> States(MethodOptions options, ReadOnlySpan<long> shape);

    public abstract Tensor Update(
        Tensor parameter, Tensor gradient, TensorStates states, MethodOptions options, in StepContext context);
}
