namespace Nabla.Core;

/// <summary>
/// An element-wise update rule. Its equations stand once, in <see cref="IElementwiseKernel.Update"/>, and run on every lane: scalar
/// reference, fused vector kernel, whole tensors, symbols.
/// </summary>
/// <typeparam name="TOptions">The options.</typeparam>
public interface IElementwiseRule<TOptions> : IElementwisePart<TOptions>, IElementwiseKernel
    where TOptions : MethodOptions
{
    /// <summary>Other settings whose equations <c>nabla explain</c> shows beside the default ones.</summary>
    static virtual IReadOnlyList<TOptions> Variants => [];
}
