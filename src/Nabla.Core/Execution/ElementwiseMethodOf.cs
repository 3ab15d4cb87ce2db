namespace Nabla.Core;

/// <summary>One rule with its options.</summary>
internal sealed class ElementwiseMethod<TRule, TOptions> : ElementwiseMethod
    where TRule : struct, IElementwiseRule<TOptions>
    where TOptions : MethodOptions
{
    private ElementwiseMethod()
    {
        if (TRule.StateCount > State<DoubleLane>.Capacity || TRule.StateCount != TRule.StateNames.Count
            || TRule.ScalarDefinitions.Count > Scalars<DoubleLane>.Capacity)
        {
            throw new InvalidOperationException(
                $"{typeof(TRule).Name} declares {TRule.StateCount} states, {TRule.StateNames.Count} state names and "
                + $"{TRule.ScalarDefinitions.Count} scalars; a rule has at most {State<DoubleLane>.Capacity} states, a name "
                + $"for each, and at most {Scalars<DoubleLane>.Capacity} scalars.");
        }
    }

    public static ElementwiseMethod<TRule, TOptions> Instance { get; } = new();

    public override Type RuleType => typeof(TRule);

    public override Type OptionsType => typeof(TOptions);

    public override ElementwiseKernel Kernel => ElementwiseKernel<TRule>.Instance;

    public override IReadOnlyList<string> StateNames => TRule.StateNames;

    public override IReadOnlyList<IReadOnlyList<ScalarDefinition>> ScalarSets => field ??= [TRule.ScalarDefinitions];

    public override IReadOnlyList<Reduction> Reductions => TRule.Reductions;

    public override IReadOnlyList<MethodOptions> Variants => TRule.Variants;

    public override IReadOnlyList<string> OptionNames => field ??= OptionText.Names(typeof(TOptions));

    public override void Prepare(MethodOptions options, in StepContext context, Span<double> scalars) =>
        TRule.Prepare((TOptions)options, context, scalars);

    public override void Flags(MethodOptions options, Span<uint> flags) => flags[0] = TRule.Flags((TOptions)options);

    public override uint ActiveStates(MethodOptions options) =>
        TRule.ActiveStates((TOptions)options) & ((1u << TRule.StateCount) - 1);
}
