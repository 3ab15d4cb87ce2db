namespace Nabla.Core;

/// <summary>An element-wise wrapper, called through its types.</summary>
internal sealed class WrapperMethod<TWrapper, TOptions> : WrapperMethod
    where TWrapper : struct, IElementwiseWrapper<TOptions>
    where TOptions : MethodOptions
{
    private WrapperMethod()
    {
    }

    public static WrapperMethod<TWrapper, TOptions> Instance { get; } = new();

    public override Type WrapperType => typeof(TWrapper);

    public override IReadOnlyList<string> StateNames => TWrapper.StateNames;

    public override IReadOnlyList<ScalarDefinition> ScalarDefinitions => TWrapper.ScalarDefinitions;

    public override IReadOnlyList<Reduction> Reductions => TWrapper.Reductions;

    public override bool SumsAfterInner => TWrapper.SumsAfterInner;

    public override void Prepare(MethodOptions options, in StepContext context, Span<double> scalars) =>
        TWrapper.Prepare((TOptions)options, context, scalars);

    public override uint Flags(MethodOptions options) => TWrapper.Flags((TOptions)options);

    public override uint ActiveStates(MethodOptions options) =>
        TWrapper.ActiveStates((TOptions)options) & ((1u << TWrapper.StateCount) - 1);
}
