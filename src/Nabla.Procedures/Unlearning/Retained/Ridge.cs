using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Descent on the loss of the examples to keep plus a squared norm of the parameters whose weight fades.</summary>
/// <remarks>
/// <para>Update: the optimizer's, on J(keep) + λ ‖θ‖²; λ ← regCoefDecay λ after each step.</para>
/// <para>Needs: examples to keep.</para>
/// <para>Choose it: as the baseline that shrinks parameters in all directions alike.</para>
/// </remarks>
/// <param name="options">The weight and its decay.</param>
[Method("ridge", Family.Unlearning, Paper = "arXiv:2505.22601", Title = "Machine Unlearning under Overparameterization")]
public sealed class Ridge(RidgeOptions options) : RetainDescent, ICataloguedMethod<RidgeOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } = ["theta <- theta - optimizer(grad (J(theta; batch to keep) + lambda * |theta|^2))", "lambda = regCoef * regCoefDecay^t"];

    /// <inheritdoc/>
    protected override void CheckOptions() => options.ThrowIfInvalid();

    /// <inheritdoc/>
    protected override Tensor? Loss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        // Grown from the step, so that nothing has to be remembered between runs.
        var weight = options.RegCoef * Math.Pow(options.RegCoefDecay, batch.Step);
        return weight == 0
            ? RetainLoss(batch)
            : batch.Task.Model.Parameters.Aggregate(RetainLoss(batch), (loss, parameter) => loss + (parameter.Value.Square().Sum() * weight));
    }
}
