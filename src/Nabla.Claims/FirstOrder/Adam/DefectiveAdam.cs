using System.Runtime.CompilerServices;
using Nabla.Core;

namespace Nabla.Claims.FirstOrder.Adam;

/// <summary>
/// Adam with deliberate defects, to see that its claims notice them. Without defects it is Adam; weight decay is left out,
/// as no claim uses it.
/// </summary>
internal readonly struct DefectiveAdam : IElementwiseRule<DefectiveAdamOptions>
{
    /// <inheritdoc/>
    public static int StateCount => 2;

    /// <inheritdoc/>
    public static IReadOnlyList<string> StateNames { get; } = ["m", "v"];

    /// <inheritdoc/>
    public static IReadOnlyList<ScalarDefinition> ScalarDefinitions { get; } =
    [
        new("beta1", "beta1"),
        new("rest1", "1 - beta1"),
        new("beta2", "beta2"),
        new("rest2", "1 - beta2"),
        new("correction2", "1 / (1 - beta2^t)"),
        new("epsilon", "epsilon"),
        new("stepSize", "learningRate / (1 - beta1^t)"),
    ];

    /// <inheritdoc/>
    public static void Prepare(DefectiveAdamOptions options, in StepContext context, Span<double> scalars)
    {
        var o = options.Options;
        scalars[0] = o.Beta1;
        scalars[1] = 1 - o.Beta1;
        scalars[2] = o.Beta2;
        scalars[3] = 1 - o.Beta2;
        scalars[4] = 1 / (1 - Math.Pow(o.Beta2, context.Step));
        scalars[5] = o.Epsilon;
        scalars[6] = o.LearningRate / (1 - Math.Pow(o.Beta1, context.Step));
    }

    /// <inheritdoc/>
    public static uint Flags(DefectiveAdamOptions options) => (uint)options.Defects;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(ref T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T>
    {
        ref var m = ref state.Slot0;
        ref var v = ref state.Slot1;
        T beta1 = h.H0, rest1 = h.H1, beta2 = h.H2, rest2 = h.H3, correction2 = h.H4, epsilon = h.H5, stepSize = h.H6;
        var one = T.FromDouble(1);

        m = (beta1 * m) + (rest1 * gradient);
        v = (beta2 * v) + ((h.Has((uint)AdamDefects.UndampedSquares) ? one : rest2) * (gradient * gradient));
        var square = h.Has((uint)AdamDefects.NoSquareCorrection) ? v : v * correction2;
        var divisor = (h.Has((uint)AdamDefects.Rootless) ? square : T.Sqrt(square)) + epsilon;
        parameter -= stepSize * (h.Has((uint)AdamDefects.Undivided) ? m : m / divisor);
    }
}
