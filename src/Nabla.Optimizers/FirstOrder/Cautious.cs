using System.Runtime.CompilerServices;
using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Leaves out of any rule's step the elements that go against the gradient, and scales up the rest.</summary>
/// <remarks>
/// <para>Update: with the inner rule's step u (what it subtracts, weight decay apart) and the gradient g,
/// φ = [u g > 0], θ = θ - decay - u φ / max(mean(φ), floor), or u φ n / (sum(φ) + ξ); mean and sum over one tensor.</para>
/// <para>Needs: an inner rule; no state of its own, but a pass over the inner rule's state for the sum.</para>
/// <para>Choose it: around rules with momentum; around plain descent it changes nothing.</para>
/// </remarks>
[Method(
    "cautious",
    Family.FirstOrder,
    Paper = "arXiv:2411.16085",
    Title = "Cautious Optimizers: Improving Training with One Line of Code")]
[Departs("The default scaling is the official C-AdamW's, 1 / max(mean, 1e-3), which its authors came to prefer; the paper's is scaling=count.")]
[Departs("The mask compares the gradient with the whole step, where the official code compares it with the momentum; for Adam, Lion and all rules that divide the momentum by positive numbers the sign is the same.")]
public readonly struct Cautious : IElementwiseWrapper<CautiousOptions>, IReplacesStep
{
    /// <inheritdoc/>
    public static int StateCount => 0;

    /// <inheritdoc/>
    public static IReadOnlyList<string> StateNames => [];

    /// <inheritdoc/>
    public static bool SumsAfterInner => true;

    /// <inheritdoc/>
    public static IReadOnlyList<ScalarDefinition> ScalarDefinitions { get; } =
    [
        new("sign", "inner.maximize ? -1 : 1"),
        new("scale", "scaling == share ? 1 / max(kept / elements, floor) : elements / (kept + xi)"),
    ];

    /// <inheritdoc/>
    public static IReadOnlyList<Reduction> Reductions { get; } = [new("kept", ReductionScope.Tensor)];

    /// <inheritdoc/>
    public static void Prepare(CautiousOptions options, in StepContext context, Span<double> scalars)
    {
        ArgumentNullException.ThrowIfNull(options);
        var kept = context.Reductions[0];
        scalars[0] = context.Inner is IMaximize { Maximize: true } ? -1 : 1;
        scalars[1] = options.Scaling == CautiousScaling.Share
            ? 1 / Math.Max(kept / context.Elements, options.Floor)
            : context.Elements / (kept + options.Xi);
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
        where T : struct, ILane<T>
    {
        var next = innerState;
        var step = InnerRule.Step<TInner, T>(parameter, gradient, ref next, in innerScalars);
        return Masked(T.FromDouble(1), step, gradient, in h);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<TInner, T>(
        T parameter, T gradient, ref State<T> state, ref State<T> innerState, in Scalars<T> h, in Scalars<T> innerScalars)
        where TInner : struct, IElementwiseKernel
        where T : struct, ILane<T>
    {
        var step = T.Named(InnerRule.Step<TInner, T>(parameter, gradient, ref innerState, in innerScalars), "step");
        return h.H1 * Masked(step, step, gradient, in h);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Masked<T>(T value, T step, T gradient, in Scalars<T> h)
        where T : struct, ILane<T>
    {
        var zero = T.FromDouble(0);
        return T.Select(T.GreaterThan(h.H0 * step * gradient, zero), value, zero);
    }
}
