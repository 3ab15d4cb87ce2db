using System.Runtime.CompilerServices;
using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.Cautious;

/// <summary>The cautious wrapper with its mask turned around, to see that its claims notice.</summary>
internal readonly struct InvertedCautious : IElementwiseWrapper<CautiousOptions>, IReplacesStep
{
    /// <inheritdoc/>
    public static int StateCount => 0;

    /// <inheritdoc/>
    public static IReadOnlyList<string> StateNames => [];

    /// <inheritdoc/>
    public static bool SumsAfterInner => true;

    /// <inheritdoc/>
    public static IReadOnlyList<ScalarDefinition> ScalarDefinitions => Optimizers.FirstOrder.Cautious.ScalarDefinitions;

    /// <inheritdoc/>
    public static IReadOnlyList<Reduction> Reductions => Optimizers.FirstOrder.Cautious.Reductions;

    /// <inheritdoc/>
    public static void Prepare(CautiousOptions options, in StepContext context, Span<double> scalars)
    {
        Optimizers.FirstOrder.Cautious.Prepare(options, in context, scalars);
        scalars[0] = -scalars[0];
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Summand<TInner, T>(
        int reduction,
        T parameter,
        T gradient,
        in State<T> state,
        in State<T> innerState,
        in Scalars<T> h,
        in Scalars<T> innerScalars)
        where TInner : struct, IElementwiseKernel
        where T : struct, ILane<T> =>
        Optimizers.FirstOrder.Cautious.Summand<TInner, T>(
            reduction, parameter, gradient, in state, in innerState, in h, in innerScalars);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<TInner, T>(
        T parameter, T gradient, ref State<T> state, ref State<T> innerState, in Scalars<T> h, in Scalars<T> innerScalars)
        where TInner : struct, IElementwiseKernel
        where T : struct, ILane<T> =>
        Optimizers.FirstOrder.Cautious.Step<TInner, T>(
            parameter, gradient, ref state, ref innerState, in h, in innerScalars);
}
