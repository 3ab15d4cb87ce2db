using System.Runtime.CompilerServices;

namespace Nabla.Core;

/// <summary>
/// A wrapper and a rule as one kernel. It mentions no options, so that the runtime compiles each pair for itself and the
/// whole step stays one pass.
/// </summary>
internal readonly struct WrapperKernel<TWrapper, TInner> : IElementwiseKernel, IHasStep, IWrappedKernel
    where TWrapper : struct, IElementwiseWrapper
    where TInner : struct, IElementwiseKernel
{
    public static int StateCount
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TWrapper.StateCount + TInner.StateCount;
    }

    public static int ScalarSets
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1 + TInner.ScalarSets;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(ref T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T>
    {
        ref readonly var inner = ref InnerScalars(in h);
        ref var innerState = ref InnerState(ref state);
        var decay = TWrapper.Decay(parameter, in h);
        gradient = TWrapper.Gradient(parameter, gradient, ref state, in h);
        if (default(TWrapper) is IReplacesStep)
        {
            decay += TInner.Decay(parameter, in inner);
            parameter -= decay + TWrapper.Step<TInner, T>(parameter, gradient, ref state, ref innerState, in h, in inner);
        }
        else
        {
            TInner.Update(ref parameter, gradient, ref innerState, in inner);
            parameter -= decay;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T>
    {
        gradient = TWrapper.Gradient(parameter, gradient, ref state, in h);
        return TWrapper.Step<TInner, T>(
            parameter, gradient, ref state, ref InnerState(ref state), in h, in InnerScalars(in h));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Decay<T>(T parameter, in Scalars<T> h)
        where T : struct, ILane<T> => TWrapper.Decay(parameter, in h) + TInner.Decay(parameter, in InnerScalars(in h));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Summand<T>(int reduction, T parameter, T gradient, in State<T> state, in Scalars<T> h)
        where T : struct, ILane<T>
    {
        var copy = state;
        ref readonly var inner = ref InnerScalars(in h);
        if (reduction < WrappedMethod.InnerReductions)
        {
            return TWrapper.Summand<TInner, T>(
                reduction, parameter, gradient, in copy, in InnerState(ref copy), in h, in inner);
        }

        // The rule sums what it will see: the gradient as the wrapper leaves it.
        gradient = TWrapper.Gradient(parameter, gradient, ref copy, in h);
        return TInner.Summand(reduction - WrappedMethod.InnerReductions, parameter, gradient, in InnerState(ref copy), in inner);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref readonly Scalars<T> InnerScalars<T>(in Scalars<T> h)
        where T : struct, ILane<T> => ref Unsafe.Add(ref Unsafe.AsRef(in h), 1);

    // The inner rule's slots lie behind the wrapper's; it never touches more than it declares.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref State<T> InnerState<T>(ref State<T> state)
        where T : struct, ILane<T> => ref TWrapper.StateCount == 0
            ? ref state
            : ref Unsafe.As<T, State<T>>(ref Unsafe.Add(ref state.Slot0, TWrapper.StateCount));
}
