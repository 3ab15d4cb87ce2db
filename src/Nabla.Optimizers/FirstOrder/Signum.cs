using System.Runtime.CompilerServices;
using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Steps of one size along the sign of the momentum, for tensors of any shape.</summary>
/// <remarks>
/// <para>Update (algorithm 2 of the paper): m = βm + (1-β)g, θ = θ - δ(sign(m) + λθ); with β = 0 it is signSGD.</para>
/// <para>Needs: gradients; one state an element.</para>
/// <para>Choose it: where only one bit an element can be sent between machines.</para>
/// </remarks>
[Method(
    "signum",
    Family.FirstOrder,
    Paper = "arXiv:1802.04434",
    Title = "signSGD: Compressed Optimisation for Non-Convex Problems")]
public readonly struct Signum : IElementwiseRule<SignumOptions>, IHasStep
{
    /// <inheritdoc/>
    public static int StateCount => 1;

    /// <inheritdoc/>
    public static IReadOnlyList<string> StateNames { get; } = ["m"];

    /// <inheritdoc/>
    public static IReadOnlyList<ScalarDefinition> ScalarDefinitions { get; } =
    [
        new("decay", "learningRate * weightDecay"),
        new("learningRate", "learningRate"),
        new("momentum", "momentum"),
        new("rest", "(maximize ? -1 : 1) * (1 - momentum)"),
    ];

    /// <inheritdoc/>
    public static void Prepare(SignumOptions options, in StepContext context, Span<double> scalars)
    {
        ArgumentNullException.ThrowIfNull(options);
        scalars[0] = options.LearningRate * options.WeightDecay;
        scalars[1] = options.LearningRate;
        scalars[2] = options.Momentum;
        scalars[3] = (options.Maximize ? -1 : 1) * (1 - options.Momentum);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Decay<T>(T parameter, in Scalars<T> h)
        where T : struct, ILane<T> => h.H0 * parameter;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(ref T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T> =>
        parameter -= Decay(parameter, in h) + Step(parameter, gradient, ref state, in h);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Step<T>(T parameter, T gradient, ref State<T> state, in Scalars<T> h)
        where T : struct, ILane<T>
    {
        ref var m = ref state.Slot0;
        T learningRate = h.H1, momentum = h.H2, rest = h.H3;

        m = (momentum * m) + (rest * gradient);
        return learningRate * T.Sign(m);
    }
}
