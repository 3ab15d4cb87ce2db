using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Descent on the examples to keep and, weighted, ascent on those to forget: the projected ascent of comparisons.</summary>
/// <remarks>
/// <para>Update: the optimizer's, on J(keep) - gaCoef J(forget).</para>
/// <para>Needs: examples to keep.</para>
/// <para>Choose it: with a small weight; the ascent has no bound and soon breaks the model.</para>
/// </remarks>
/// <param name="options">The weight.</param>
[Method("neg-grad-plus", Family.Unlearning, Paper = "arXiv:2302.09880", Title = "Towards Unbounded Machine Unlearning")]
public sealed class NegGradPlus(NegGradPlusOptions options) : RetainDescent, ICataloguedMethod<NegGradPlusOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } = ["theta <- theta - optimizer(grad (J(theta; batch to keep) - gaCoef * J(theta; batch to forget)))"];

    /// <inheritdoc/>
    protected override bool ReadsForget => true;

    /// <inheritdoc/>
    protected override void CheckOptions() => options.ThrowIfInvalid();

    /// <inheritdoc/>
    protected override Tensor? Loss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return options.GaCoef == 0
            ? RetainLoss(batch)
            : RetainLoss(batch) - (batch.Task.Loss(ExampleSet.Forget, batch.Forget) * options.GaCoef);
    }
}
