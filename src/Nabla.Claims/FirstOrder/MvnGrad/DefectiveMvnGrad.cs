using System.Runtime.CompilerServices;
using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.MvnGrad;

/// <summary>
/// MVN-Grad with deliberate defects, to see that its claims notice them. Without defects it is MVN-Grad, which a test
/// holds it to; weight decay is left out, as no claim uses it.
/// </summary>
internal readonly struct DefectiveMvnGrad : IElementwiseRule<DefectiveMvnGradOptions>
{
    private const uint SecondMoment = (uint)MvnGradDefects.SecondMoment;
    private const uint MomentumFirst = (uint)MvnGradDefects.MomentumFirst;
    private const uint NoVarianceCorrection = (uint)MvnGradDefects.NoVarianceCorrection;
    private const uint NoMomentumCorrection = (uint)MvnGradDefects.NoMomentumCorrection;
    private const uint StaleVariance = (uint)MvnGradDefects.StaleVariance;
    private const uint FloorAfterCorrection = (uint)MvnGradDefects.FloorAfterCorrection;
    private const uint HeavyBall = (uint)MvnGradDefects.HeavyBall;
    private const uint Undivided = (uint)MvnGradDefects.Undivided;

    /// <inheritdoc/>
    public static int StateCount => 3;

    /// <inheritdoc/>
    public static IReadOnlyList<string> StateNames { get; } = ["m", "v", "u"];

    /// <inheritdoc/>
    public static IReadOnlyList<ScalarDefinition> ScalarDefinitions { get; } =
    [
        new("beta1", "beta1"),
        new("rest1", "1 - beta1"),
        new("beta2", "beta2"),
        new("rest2", "1 - beta2"),
        new("varianceFloor", "varianceFloor"),
        new("correction1", "1 / (1 - beta1^t)"),
        new("correction2", "1 / (1 - beta2^t)"),
        new("epsilon", "epsilon"),
        new("learningRate", "learningRate"),
        // 1 where the variance is taken around the mean of the step before, 0 around the updated one.
        new("previous", "mean == previous ? 1 : 0"),
    ];

    /// <inheritdoc/>
    public static void Prepare(DefectiveMvnGradOptions options, in StepContext context, Span<double> scalars)
    {
        var o = options.Options;
        scalars[0] = o.Beta1;
        scalars[1] = 1 - o.Beta1;
        scalars[2] = o.Beta2;
        scalars[3] = 1 - o.Beta2;
        scalars[4] = o.VarianceFloor;
        scalars[5] = 1 / (1 - Math.Pow(o.Beta1, context.Step));
        scalars[6] = 1 / (1 - Math.Pow(o.Beta2, context.Step));
        scalars[7] = o.Epsilon;
        scalars[8] = o.LearningRate;
        scalars[9] = o.Mean == MeanKind.Previous ? 1 : 0;
    }

    /// <inheritdoc/>
    public static uint Flags(DefectiveMvnGradOptions options) => (uint)options.Defects;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(ref T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T>
    {
        ref var m = ref state.Slot0;
        ref var v = ref state.Slot1;
        ref var u = ref state.Slot2;
        T beta1 = h.H0, rest1 = h.H1, beta2 = h.H2, rest2 = h.H3, floor = h.H4;
        T correction1 = h.H5, correction2 = h.H6, epsilon = h.H7, learningRate = h.H8, previous = h.H9;
        T zero = T.FromDouble(0), one = T.FromDouble(1);

        var before = m;
        m = (beta1 * m) + ((h.Has(HeavyBall) ? one : rest1) * gradient);
        var mean = (previous * before) + ((one - previous) * m);
        var residual = gradient - (h.Has(SecondMoment) ? zero : mean);
        var stale = v;
        v = (beta2 * v) + (rest2 * (residual * residual)) + (h.Has(FloorAfterCorrection) ? zero : floor);
        var variance = h.Has(StaleVariance) ? stale : v;
        variance = h.Has(NoVarianceCorrection) ? variance : variance * correction2;
        variance = h.Has(FloorAfterCorrection) ? variance + floor : variance;
        var divisor = h.Has(Undivided) ? one : T.Sqrt(variance) + epsilon;
        u = (beta1 * u) + (rest1 * (gradient / divisor));
        var step = h.Has(MomentumFirst) ? m / divisor : u;
        parameter -= learningRate * (h.Has(NoMomentumCorrection) ? step : step * correction1);
    }
}
