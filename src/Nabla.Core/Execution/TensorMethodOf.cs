using Nabla.Engine;

namespace Nabla.Core;

/// <summary>A rule on whole tensors, called through its types.</summary>
internal sealed class TensorMethod<TRule, TOptions> : TensorMethod
    where TRule : ITensorRule<TOptions>
    where TOptions : MethodOptions
{
    private TensorMethod()
    {
    }

    public static TensorMethod<TRule, TOptions> Instance { get; } = new();

    public override Type RuleType => typeof(TRule);

    public override Type OptionsType => typeof(TOptions);

    public override IReadOnlyList<string> Equations => TRule.Equations;

    public override IReadOnlyList<StateTensor> States(MethodOptions options, ReadOnlySpan<long> shape) =>
        TRule.States((TOptions)options, shape);

    public override Tensor Update(
        Tensor parameter, Tensor gradient, TensorStates states, MethodOptions options, in StepContext context) =>
        TRule.Update(parameter, gradient, states, (TOptions)options, in context);
}
