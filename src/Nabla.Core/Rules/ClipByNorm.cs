using System.Runtime.CompilerServices;

namespace Nabla.Core;

/// <summary>Scales all gradients of the method's groups down when their common norm is above the limit.</summary>
public readonly struct ClipByNorm : IElementwiseWrapper<ClipByNormOptions>
{
    /// <inheritdoc/>
    public static int StateCount => 0;

    /// <inheritdoc/>
    public static IReadOnlyList<string> StateNames => [];

    /// <inheritdoc/>
    public static IReadOnlyList<ScalarDefinition> ScalarDefinitions { get; } =
        [new("clip", "min(1, limit / sqrt(squaredNorm))")];

    /// <inheritdoc/>
    public static IReadOnlyList<Reduction> Reductions { get; } = [new("squaredNorm", ReductionScope.All)];

    /// <inheritdoc/>
    public static void Prepare(ClipByNormOptions options, in StepContext context, Span<double> scalars)
    {
        var norm = Math.Sqrt(context.Reductions[0]);
        scalars[0] = norm > options.Limit ? options.Limit / norm : 1;
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
        where T : struct, ILane<T> => gradient * gradient;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gradient<T>(T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T> => gradient * h.H0;
}
