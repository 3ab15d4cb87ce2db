namespace Nabla.Core;

/// <summary>
/// The equations of a rule. Kept apart from options, which are classes: the runtime shares code between classes and
/// would not specialize a kernel that mentions one.
/// </summary>
public interface IElementwiseKernel : IElementwiseLayout
{
    /// <summary>One step of one lane of elements.</summary>
    static abstract void Update<T>(ref T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T>;

    /// <summary>
    /// The part of the step that is weight decay apart from the gradient: what <see cref="Update"/> subtracts for it.
    /// A wrapper that changes the step leaves this part alone. Zero where the rule has none.
    /// </summary>
    static virtual T Decay<T>(T parameter, in Scalars<T> h)
        where T : struct, ILane<T> => T.FromDouble(0);
}
