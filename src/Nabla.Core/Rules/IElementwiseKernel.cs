namespace Nabla.Core;

/// <summary>
/// The equations of a rule. Kept apart from options, which are classes: the runtime shares code between classes and
/// would not specialize a kernel that mentions one.
/// </summary>
public interface IElementwiseKernel : IElementwiseLayout
{
    /// <summary>
    /// How many sets of scalars lie one behind the other where <c>h</c> points: one, and in a wrapped rule one more for
    /// each wrapper.
    /// </summary>
    static virtual int ScalarSets => 1;

    /// <summary>One step of one lane of elements.</summary>
    static abstract void Update<T>(ref T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T>;

    /// <summary>
    /// What the step subtracts from the parameter, weight decay apart; updates the state. Defined by rules that are
    /// <see cref="IHasStep"/>.
    /// </summary>
    static virtual T Step<T>(T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T> => throw new NotSupportedException("This rule defines no Step: it is no IHasStep.");

    /// <summary>
    /// The part of the step that is weight decay apart from the gradient: what <see cref="Update"/> subtracts for it.
    /// A wrapper that changes the step leaves this part alone. Zero where the rule has none.
    /// </summary>
    static virtual T Decay<T>(T parameter, in Scalars<T> h)
        where T : struct, ILane<T> => T.FromDouble(0);

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
