namespace Nabla.Core;

/// <summary>What a fused kernel knows of a rule or wrapper without its options.</summary>
public interface IElementwiseLayout
{
    /// <summary>How many slots of state an element has; a constant, so that kernels are specialized.</summary>
    static abstract int StateCount { get; }
}
