namespace Nabla.Core;

/// <summary>
/// The equations of a wrapper: what it changes in a step of any element-wise rule, in the same pass over memory. Kept
/// apart from options, as <see cref="IElementwiseKernel"/> is.
/// </summary>
public interface IElementwiseWrapper : IElementwiseLayout
{
    /// <summary>
    /// Whether the wrapper's reductions need those of the inner rule. Otherwise they come first, and the inner rule's
    /// summands see the changed gradient.
    /// </summary>
    static virtual bool SumsAfterInner => false;

    /// <summary>The gradient the inner rule sees; updates the wrapper's state.</summary>
    /// <param name="parameter">The parameter before the step.</param>
    /// <param name="gradient">The gradient.</param>
    /// <param name="state">The wrapper's state.</param>
    /// <param name="h">The wrapper's scalars.</param>
    static virtual T Gradient<T>(T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T> => gradient;

    /// <summary>Decay of the wrapper's own, subtracted from the parameter beside that of the inner rule.</summary>
    static virtual T Decay<T>(T parameter, in Scalars<T> h)
        where T : struct, ILane<T> => T.FromDouble(0);

    /// <summary>
    /// What is subtracted from the parameter in place of the inner rule's step, weight decay apart, if the wrapper is an
    /// <see cref="IReplacesStep"/>. Asks <see cref="InnerRule.Step"/> for the inner rule's, once.
    /// </summary>
    /// <param name="parameter">The parameter before the step.</param>
    /// <param name="gradient">The gradient, as <see cref="Gradient"/> gave it.</param>
    /// <param name="state">The wrapper's state.</param>
    /// <param name="innerState">The inner rule's state.</param>
    /// <param name="h">The wrapper's scalars.</param>
    /// <param name="innerScalars">The inner rule's scalars.</param>
    static virtual T Step<TInner, T>(
        T parameter, T gradient, ref State<T> state, ref State<T> innerState, in Scalars<T> h, in Scalars<T> innerScalars)
        where TInner : struct, IElementwiseKernel
        where T : struct, ILane<T> => InnerRule.Step<TInner, T>(parameter, gradient, ref innerState, in innerScalars);

    /// <summary>What one element adds to one of the wrapper's reductions; states are those before the step.</summary>
    /// <param name="reduction">The place of the reduction in the wrapper's list.</param>
    /// <param name="parameter">The parameter before the step.</param>
    /// <param name="gradient">The gradient as given.</param>
    /// <param name="state">The wrapper's state.</param>
    /// <param name="innerState">The inner rule's state.</param>
    /// <param name="h">The wrapper's scalars.</param>
    /// <param name="innerScalars">The inner rule's scalars.</param>
    static virtual T Summand<TInner, T>(
        int reduction,
        T parameter,
        T gradient,
        in State<T> state,
        in State<T> innerState,
        in Scalars<T> h,
        in Scalars<T> innerScalars)
        where TInner : struct, IElementwiseKernel
        where T : struct, ILane<T> => T.FromDouble(0);
}
