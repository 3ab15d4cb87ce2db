namespace Nabla.Core;

/// <summary>A part of a chain: changes gradient or parameter before the next part sees them.</summary>
/// <typeparam name="TOptions">The options.</typeparam>
public interface IChainPart<TOptions> : IElementwisePart<TOptions>
    where TOptions : MethodOptions
{
    /// <summary>One step of one lane of elements.</summary>
    static abstract void Apply<T>(ref T parameter, ref T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T>;
}
