namespace Nabla.Core;

/// <summary>An element-wise rule without its type parameters: what executor, catalogue and trace work with.</summary>
internal abstract class ElementwiseMethod : RuleMethod
{
    public abstract IReadOnlyList<string> StateNames { get; }

    public abstract IReadOnlyList<ScalarDefinition> ScalarDefinitions { get; }

    public abstract IReadOnlyList<Reduction> Reductions { get; }

    /// <summary>How many passes over memory the reductions need before the update.</summary>
    public abstract int PassCount { get; }

    public abstract IReadOnlyList<MethodOptions> Variants { get; }

    public abstract void Prepare(MethodOptions options, in StepContext context, Span<double> scalars);

    public abstract uint Flags(MethodOptions options);

    public abstract uint ActiveStates(MethodOptions options);

    /// <summary>Updates the elements [start, start + count).</summary>
    public abstract void Update(TensorWork work, long start, long count);

    /// <summary>
    /// What the elements [start, start + count) add to a reduction, in a fixed order; reads only what the work says the
    /// summand looks at.
    /// </summary>
    public abstract double Reduce(TensorWork work, int reduction, long start, long count);

    public abstract void UpdateSymbols(
        ref SymbolicLane parameter,
        SymbolicLane gradient,
        ref State<SymbolicLane> state,
        in Scalars<SymbolicLane> scalars);

    public abstract void UpdateTensors(
        ref TensorLane parameter,
        TensorLane gradient,
        ref State<TensorLane> state,
        in Scalars<TensorLane> scalars);

    public abstract TensorLane SummandOfTensors(
        int reduction,
        TensorLane parameter,
        TensorLane gradient,
        in State<TensorLane> state,
        in Scalars<TensorLane> scalars);

    public abstract SymbolicLane SummandOfSymbols(
        int reduction,
        SymbolicLane parameter,
        SymbolicLane gradient,
        in State<SymbolicLane> state,
        in Scalars<SymbolicLane> scalars);

    public void PrepareStep(TensorWork work, double? loss, int knownPasses = int.MaxValue)
    {
        Prepare(work.Options, new StepContext(work.Step, loss, work.Reductions, knownPasses), work.Scalars);
        work.Flags = Flags(work.Options);
    }
}
