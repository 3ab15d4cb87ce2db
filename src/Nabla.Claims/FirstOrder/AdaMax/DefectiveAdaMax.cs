using System.Runtime.CompilerServices;
using Nabla.Core;

namespace Nabla.Claims.FirstOrder.AdaMax;

/// <summary>AdaMax with deliberate defects, to see that its claim notices them; without weight decay.</summary>
internal readonly struct DefectiveAdaMax : IElementwiseRule<DefectiveAdaMaxOptions>
{
    /// <inheritdoc/>
    public static int StateCount => 2;

    /// <inheritdoc/>
    public static IReadOnlyList<string> StateNames { get; } = ["m", "u"];

    /// <inheritdoc/>
    public static IReadOnlyList<ScalarDefinition> ScalarDefinitions { get; } =
    [
        new("beta1", "beta1"),
        new("rest1", "1 - beta1"),
        new("beta2", "beta2"),
        new("epsilon", "epsilon"),
        new("stepSize", "learningRate / (1 - beta1^t)"),
        new("correction2", "1 - beta2^t"),
    ];

    /// <inheritdoc/>
    public static void Prepare(DefectiveAdaMaxOptions options, in StepContext context, Span<double> scalars)
    {
        var o = options.Options;
        scalars[0] = o.Beta1;
        scalars[1] = 1 - o.Beta1;
        scalars[2] = o.Beta2;
        scalars[3] = o.Epsilon;
        scalars[4] = o.LearningRate / (1 - Math.Pow(o.Beta1, context.Step));
        scalars[5] = 1 - Math.Pow(o.Beta2, context.Step);
    }

    /// <inheritdoc/>
    public static uint Flags(DefectiveAdaMaxOptions options) => (uint)options.Defects;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(ref T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T>
    {
        ref var m = ref state.Slot0;
        ref var u = ref state.Slot1;
        T beta1 = h.H0, rest1 = h.H1, beta2 = h.H2, epsilon = h.H3, stepSize = h.H4, correction2 = h.H5;

        m = (beta1 * m) + (rest1 * gradient);
        var kept = h.Has((uint)AdaMaxDefects.Unforgetting) ? u : beta2 * u;
        var size = T.Abs(gradient) + epsilon;
        u = h.Has((uint)AdaMaxDefects.Sum) ? kept + size : T.Max(kept, size);
        parameter -= stepSize * (m / (h.Has((uint)AdaMaxDefects.CorrectedNorm) ? u / correction2 : u));
    }
}
