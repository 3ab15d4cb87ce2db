using System.Runtime.CompilerServices;
using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Momentum on gradients divided by their standard deviation, for tensors of any shape.</summary>
/// <remarks>
/// <para>Update: m = β1 m + (1-β1) g, v = β2 v + (1-β2)(g - m)² + ε_s, z = g / (sqrt(v / (1-β2^t)) + ε),
/// u = β1 u + (1-β1) z, θ = θ - η u / (1-β1^t).</para>
/// <para>Needs: gradients; three states an element, half more than Adam.</para>
/// <para>Choose it: for noisy gradients with rare spikes; not for full-batch or noiseless training, where the variance
/// goes to zero and steps grow.</para>
/// </remarks>
[Method(
    "mvn-grad",
    Family.FirstOrder,
    Paper = "arXiv:2602.10204",
    Title = "Adaptive Optimization via Momentum on Variance-Normalized Gradients")]
[Departs("Defaults are our own (those of Adam, with variance floor 1e-16): the paper's recommended ones were not available.")]
[Departs("beta1 = 0 is refused: the residual vanishes and the method would be descent with a growing rate.")]
public readonly struct MvnGrad : IElementwiseRule<MvnGradOptions>, IHasStep
{
    private const uint PreviousMean = 1;

    /// <inheritdoc/>
    public static int StateCount => 3;

    /// <inheritdoc/>
    public static IReadOnlyList<string> StateNames { get; } = ["m", "v", "u"];

    /// <inheritdoc/>
    public static IReadOnlyList<ScalarDefinition> ScalarDefinitions { get; } =
    [
        new("decay", "weightDecayKind == coupled ? 0 : learningRate * weightDecay"),
        new("pull", "weightDecayKind == coupled ? weightDecay : 0"),
        new("sign", "maximize ? -1 : 1"),
        new("beta1", "beta1"),
        new("rest1", "1 - beta1"),
        new("beta2", "beta2"),
        new("rest2", "1 - beta2"),
        new("varianceFloor", "varianceFloor"),
        new("correction2", "1 / (1 - beta2^t)"),
        new("epsilon", "epsilon"),
        new("stepSize", "learningRate / (1 - beta1^t)"),
    ];

    /// <inheritdoc/>
    public static IReadOnlyList<MvnGradOptions> Variants { get; } = [new() { Mean = MeanKind.Previous }];

    /// <inheritdoc/>
    public static void Prepare(MvnGradOptions options, in StepContext context, Span<double> scalars)
    {
        ArgumentNullException.ThrowIfNull(options);
        var isCoupled = options.WeightDecayKind == WeightDecayKind.Coupled;
        scalars[0] = isCoupled ? 0 : options.LearningRate * options.WeightDecay;
        scalars[1] = isCoupled ? options.WeightDecay : 0;
        scalars[2] = options.Maximize ? -1 : 1;
        scalars[3] = options.Beta1;
        scalars[4] = 1 - options.Beta1;
        scalars[5] = options.Beta2;
        scalars[6] = 1 - options.Beta2;
        scalars[7] = options.VarianceFloor;
        scalars[8] = 1 / (1 - Math.Pow(options.Beta2, context.Step));
        scalars[9] = options.Epsilon;
        scalars[10] = options.LearningRate / (1 - Math.Pow(options.Beta1, context.Step));
    }

    /// <inheritdoc/>
    public static uint Flags(MvnGradOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Mean == MeanKind.Previous ? PreviousMean : 0;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Decay<T>(T parameter, in Scalars<T> h)
        where T : struct, ILane<T> => h.H0 * parameter;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(ref T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T> =>
        // One subtraction: a factor near 1 would be rounded the same way at every step, and the error would add up.
        parameter -= Decay(parameter, in h) + Step(parameter, gradient, ref state, in h);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T>
    {
        ref var m = ref state.Slot0;
        ref var v = ref state.Slot1;
        ref var u = ref state.Slot2;
        T pull = h.H1, sign = h.H2, beta1 = h.H3, rest1 = h.H4, beta2 = h.H5, rest2 = h.H6;
        T varianceFloor = h.H7, correction2 = h.H8, epsilon = h.H9, stepSize = h.H10;

        var g = T.Named((sign * gradient) + (pull * parameter), "g");
        var previous = m;
        m = (beta1 * m) + (rest1 * g);
        var residual = T.Named(g - (h.Has(PreviousMean) ? previous : m), "residual");
        v = (beta2 * v) + (rest2 * (residual * residual)) + varianceFloor;
        var z = T.Named(g / (T.Sqrt(v * correction2) + epsilon), "z");
        u = (beta1 * u) + (rest1 * z);
        return stepSize * u;
    }
}
