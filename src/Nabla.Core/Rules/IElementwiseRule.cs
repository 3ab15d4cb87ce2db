namespace Nabla.Core;

/// <summary>
/// An element-wise update rule. Its equations stand once, in <see cref="Update"/>, and run on every lane: scalar
/// reference, fused vector kernel, whole tensors, symbols.
/// </summary>
/// <typeparam name="TOptions">The options.</typeparam>
public interface IElementwiseRule<TOptions> : IElementwisePart<TOptions>
    where TOptions : MethodOptions
{
    /// <summary>Other settings whose equations <c>nabla explain</c> shows beside the default ones.</summary>
    static virtual IReadOnlyList<TOptions> Variants => [];

    /// <summary>One step of one lane of elements.</summary>
    static abstract void Update<T>(ref T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T>;
}
