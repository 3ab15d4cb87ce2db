namespace Nabla.Core;

/// <summary>What a fused kernel knows of a rule or part without its options.</summary>
public interface IElementwiseLayout
{
    /// <summary>How many slots of state an element has; a constant, so that kernels are specialized.</summary>
    static abstract int StateCount { get; }

    /// <summary>What one element adds to a reduction.</summary>
    static virtual T Summand<T>(int reduction, T parameter, T gradient)
        where T : struct, ILane<T> => T.FromDouble(0);
}
