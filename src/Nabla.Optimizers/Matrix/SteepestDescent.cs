using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Optimizers.Matrix;

/// <summary>Steepest descent under a norm chosen for each group of parameters.</summary>
/// <remarks>
/// <para>Update: M = βM + (1-β)G, T = argmax ⟨M, T⟩ over norm at most one, W = W - η ‖M‖† T with the dual norm ‖M‖† = ⟨M, T⟩.
/// A vector is a matrix of one column; a single number is its own sign.</para>
/// <para>Needs: gradients; one state an element with momentum.</para>
/// <para>Choose it: to give each role its norm (groups by role), and to see what Adam and Shampoo are without averages.</para>
/// </remarks>
[Method(
    "steepest-descent-norms",
    Family.Matrix,
    Paper = "arXiv:2409.20325",
    Title = "Old Optimizer, New Norm: An Anthology")]
public sealed class SteepestDescent : ITensorRule<SteepestDescentOptions>
{
    private SteepestDescent()
    {
    }

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "M[t] = momentum * M[t-1] + (1 - momentum) * gradient",
        "T = polar(M) | sign(M) | M / norm(M) | columns of M over their norms | rows of M over their norms",
        "dual = <M, T> with dualNorm, otherwise 1",
        "parameter[t] = parameter[t-1] - learningRate * dual * T",
    ];

    /// <inheritdoc/>
    public static IReadOnlyList<StateTensor> States(SteepestDescentOptions options, ReadOnlySpan<long> shape)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Momentum > 0 ? [new("mean", shape.ToArray())] : [];
    }

    /// <inheritdoc/>
    public static Tensor Update(
        Tensor parameter, Tensor gradient, TensorStates states, SteepestDescentOptions options, in StepContext context)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(options);
        var signed = options.Maximize ? -gradient : gradient;
        var mean = options.Momentum > 0
            ? states["mean"].Mul_(options.Momentum).Add_(signed, 1 - options.Momentum)
            : signed;
        var shape = parameter.Shape;
        var m = shape.Length >= 2 ? MatrixShape.View(mean) : mean.Reshape(-1, 1);
        var steepest = options.Norm switch
        {
            DescentNorm.Sign => m.Sign(),
            DescentNorm.Frobenius => m / OrOne((m * m).Sum().Sqrt()),
            DescentNorm.Column => m / OrOne((m * m).Sum([0L], keepdim: true).Sqrt()),
            DescentNorm.Row => m / OrOne((m * m).Sum([1L], keepdim: true).Sqrt()),
            _ => PolarFactor.Exact(m),
        };
        var step = options.DualNorm ? steepest * (m * steepest).Sum() : steepest;
        return parameter.Sub_(step.Reshape(shape), options.LearningRate);
    }

    private static Tensor OrOne(Tensor norm) => norm + norm.Eq(0).To(norm.DType);
}
