using System.Runtime.CompilerServices;
using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Steps of one size along the sign of a momentum, with one state, for tensors of any shape.</summary>
/// <remarks>
/// <para>Update (program 1 of the paper): θ = θ - ηλθ - η sign(β1 m + (1-β1) g), then m = β2 m + (1-β2) g.</para>
/// <para>Needs: gradients; one state an element, half of Adam's.</para>
/// <para>Choose it: for large batches and transformers; take a rate 3 to 10 times below AdamW's and a weight decay as much
/// above.</para>
/// </remarks>
[Method("lion", Family.FirstOrder, Paper = "arXiv:2302.06675", Title = "Symbolic Discovery of Optimization Algorithms")]
public readonly struct Lion : IElementwiseRule<LionOptions>, IHasStep
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
        new("beta1", "beta1"),
        new("rest1", "1 - beta1"),
        new("beta2", "beta2"),
        new("rest2", "1 - beta2"),
    ];

    /// <inheritdoc/>
    public static void Prepare(LionOptions options, in StepContext context, Span<double> scalars)
    {
        ArgumentNullException.ThrowIfNull(options);
        scalars[0] = options.LearningRate * options.WeightDecay;
        scalars[1] = options.LearningRate;
        scalars[2] = options.Beta1;
        scalars[3] = 1 - options.Beta1;
        scalars[4] = options.Beta2;
        scalars[5] = 1 - options.Beta2;
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
        T learningRate = h.H1, beta1 = h.H2, rest1 = h.H3, beta2 = h.H4, rest2 = h.H5;

        var direction = T.Named(T.Sign((beta1 * m) + (rest1 * gradient)), "direction");
        m = (beta2 * m) + (rest2 * gradient);
        return learningRate * direction;
    }
}
