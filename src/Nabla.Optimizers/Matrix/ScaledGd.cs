using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Optimizers.Matrix;

/// <summary>Gradient descent on a factor X of a low-rank matrix XXᵀ, divided by the damped square of the factor.</summary>
/// <remarks>
/// <para>Update: X = X - η G (XᵀX + λI)^(-1), for X of n rows and r columns, r the rank that is allowed.</para>
/// <para>Needs: gradients; no state; a solve with r×r numbers a step.</para>
/// <para>Choose it: for matrix sensing and completion with a rank that is unknown and badly conditioned; steps grow with
/// the logarithm of the condition number, from a small random start.</para>
/// </remarks>
[Method(
    "scaledgd-lambda",
    Family.Matrix,
    Paper = "arXiv:2302.01186",
    Title = "The Power of Preconditioning in Overparameterized Low-Rank Matrix Sensing",
    Roles = ParameterRoles.Matrix)]
[Departs("The defaults of step size and damping are our own: the paper's depend on the smallest singular value, which nobody knows.")]
public sealed class ScaledGd : ITensorRule<ScaledGdOptions>
{
    private ScaledGd()
    {
    }

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
        ["parameter[t] = parameter[t-1] - learningRate * gradient * (parameter[t-1]' * parameter[t-1] + damping * I)^(-1)"];

    /// <inheritdoc/>
    public static IReadOnlyList<StateTensor> States(ScaledGdOptions options, ReadOnlySpan<long> shape)
    {
        _ = MatrixShape.Of(shape);
        return [];
    }

    /// <inheritdoc/>
    public static Tensor Update(
        Tensor parameter, Tensor gradient, TensorStates states, ScaledGdOptions options, in StepContext context)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(options);
        var x = MatrixShape.View(parameter);
        var squares = x.T().Matmul(x) + (Ops.Eye(x.Shape[1], x.DType, x.Device) * options.Damping);

        // G S⁻¹ = (S⁻¹ Gᵀ)ᵀ, since S is symmetric.
        var step = Ops.LinalgSolve(squares, MatrixShape.View(gradient).T()).T();
        return parameter.Sub_(step.Reshape(parameter.Shape), (options.Maximize ? -1 : 1) * options.LearningRate);
    }
}
