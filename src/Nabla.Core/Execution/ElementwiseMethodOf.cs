namespace Nabla.Core;

/// <summary>The kernels of one rule, specialized by the runtime for each lane.</summary>
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

        PassCount = TRule.Reductions.Count == 0 ? 0 : 1 + TRule.Reductions.Max(r => r.Pass);
    }

    public static ElementwiseMethod<TRule, TOptions> Instance { get; } = new();

    public override Type RuleType => typeof(TRule);

    public override Type OptionsType => typeof(TOptions);

    public override IReadOnlyList<string> StateNames => TRule.StateNames;

    public override IReadOnlyList<ScalarDefinition> ScalarDefinitions => TRule.ScalarDefinitions;

    public override IReadOnlyList<Reduction> Reductions => TRule.Reductions;

    public override int PassCount { get; }

    public override IReadOnlyList<MethodOptions> Variants => TRule.Variants;

    public override void Prepare(MethodOptions options, in StepContext context, Span<double> scalars) =>
        TRule.Prepare((TOptions)options, context, scalars);

    public override uint Flags(MethodOptions options) => TRule.Flags((TOptions)options);

    public override uint ActiveStates(MethodOptions options) =>
        TRule.ActiveStates((TOptions)options) & ((1u << TRule.StateCount) - 1);

    public override void Update(TensorWork work, long start, long count)
    {
        if (work.Staging is { } staging)
        {
            StagedKernel<TRule>.Update(work, staging, start, count);
        }
        else
        {
            FusedKernel<TRule>.Update(work, KernelMemory.Of(work), start, count);
        }
    }

    public override double Reduce(TensorWork work, int reduction, long start, long count) => work.Staging is { } staging
        ? StagedKernel<TRule>.Reduce(work, staging, reduction, start, count)
        : FusedKernel<TRule>.Reduce(work, KernelMemory.Of(work), reduction, start, count);

    public override void UpdateSymbols(
        ref SymbolicLane parameter,
        SymbolicLane gradient,
        ref State<SymbolicLane> state,
        in Scalars<SymbolicLane> scalars) => TRule.Update(ref parameter, gradient, ref state, in scalars);

    public override void UpdateTensors(
        ref TensorLane parameter,
        TensorLane gradient,
        ref State<TensorLane> state,
        in Scalars<TensorLane> scalars) => TRule.Update(ref parameter, gradient, ref state, in scalars);

    public override TensorLane SummandOfTensors(
        int reduction,
        TensorLane parameter,
        TensorLane gradient,
        in State<TensorLane> state,
        in Scalars<TensorLane> scalars) => TRule.Summand(reduction, parameter, gradient, in state, in scalars);

    public override SymbolicLane SummandOfSymbols(
        int reduction,
        SymbolicLane parameter,
        SymbolicLane gradient,
        in State<SymbolicLane> state,
        in Scalars<SymbolicLane> scalars) => TRule.Summand(reduction, parameter, gradient, in state, in scalars);
}
