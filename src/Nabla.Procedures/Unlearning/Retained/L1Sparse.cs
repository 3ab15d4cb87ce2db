using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Descent on the loss of the examples to keep plus the absolute values of the parameters, whose weight falls to nothing.</summary>
/// <remarks>
/// <para>Update: the optimizer's, on J(keep) + λ[t] ‖θ‖₁; λ[t] is regCoef in the first pass, then (2 - 2 (t - 1) / T) regCoef in pass t of T, as in the comparison's code.</para>
/// <para>Needs: examples to keep.</para>
/// <para>Choose it: as a baseline, or where a sparse model is wanted anyway.</para>
/// </remarks>
/// <param name="options">The weight.</param>
[Method("l1-sparse", Family.Unlearning, Paper = "arXiv:2304.04934", Title = "Model Sparsity Can Simplify Machine Unlearning")]
[Departs("The paper's own code lowers the weight from regCoef to 0; this is the schedule of the comparison in arXiv:2505.22601.")]
public sealed class L1Sparse(L1SparseOptions options) : RetainDescent, ICataloguedMethod<L1SparseOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } = ["theta <- theta - optimizer(grad (J(theta; batch to keep) + lambda[t] * |theta|_1))", "lambda[0] = regCoef;  lambda[t] = (2 - 2 (t - 1) / T) * regCoef"];

    /// <inheritdoc/>
    protected override void CheckOptions() => options.ThrowIfInvalid();

    /// <inheritdoc/>
    protected override Tensor? Loss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var passes = (double)batch.TotalSteps / batch.StepsOfEpoch;
        var weight = options.RegCoef * (batch.Epoch == 0 ? 1 : 2 - (2 * (batch.Epoch - 1) / passes));
        return weight == 0
            ? RetainLoss(batch)
            : batch.Task.Model.Parameters.Aggregate(RetainLoss(batch), (loss, parameter) => loss + (parameter.Value.Abs().Sum() * weight));
    }
}
