using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Descent on the loss of the examples to keep, from the trained model: the simplest baseline of unlearning.</summary>
/// <remarks>
/// <para>Update: the optimizer's, on the loss of a batch to keep.</para>
/// <para>Needs: examples to keep.</para>
/// <para>Choose it: as the yardstick; a model that fits its data hardly moves.</para>
/// </remarks>
/// <param name="options">None.</param>
[Method("gradient-descent", Family.Unlearning, Paper = "arXiv:2505.22601", Title = "Machine Unlearning under Overparameterization")]
public sealed class FineTuning(FineTuningOptions options) : RetainDescent, ICataloguedMethod<FineTuningOptions>
{
    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } = ["theta <- theta - optimizer(grad J(theta; batch to keep))"];

    /// <inheritdoc/>
    protected override void CheckOptions() => options.ThrowIfInvalid();
}
