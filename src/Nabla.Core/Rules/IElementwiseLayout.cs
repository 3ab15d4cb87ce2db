namespace Nabla.Core;

/// <summary>What a fused kernel knows of a rule or part without its options.</summary>
public interface IElementwiseLayout
{
    /// <summary>How many slots of state an element has; a constant, so that kernels are specialized.</summary>
    static abstract int StateCount { get; }

    /// <summary>
    /// What one element adds to a reduction. It sees the state before the step and the scalars as prepared before the
    /// pass the reduction is summed in; what it does not look at is not read from memory.
    /// </summary>
    /// <param name="reduction">The place of the reduction in the rule's list.</param>
    /// <param name="parameter">The parameter before the step.</param>
    /// <param name="gradient">The gradient.</param>
    /// <param name="state">The state before the step.</param>
    /// <param name="h">The scalars and switches.</param>
    static virtual T Summand<T>(int reduction, T parameter, T gradient, in State<T> state, in Scalars<T> h)
        where T : struct, ILane<T> => T.FromDouble(0);
}
