using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Climbs the training loss on what is to be forgotten and descends it on what is to be kept.</summary>
/// <remarks>
/// <para>Needs: a sample of what is to be kept.</para>
/// <para>Choose it: as the simplest baseline that keeps anything. The ascent still has no floor.</para>
/// </remarks>
[Method(
    "gradient-difference",
    Family.Unlearning,
    Paper = "arXiv:2401.06121",
    Title = "TOFU: A Task of Fictitious Unlearning for LLMs")]
public sealed class GradientDifference : LadderUnlearner, ICataloguedMethod<GradientDifferenceOptions>
{
    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public GradientDifference(GradientDifferenceOptions? options = null)
        : base(options ?? new())
    {
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "L = -gamma * L_forget + alpha * L_retain",
    ];

    /// <inheritdoc/>
    protected override void Check(IUnlearningTask task)
    {
    }

    /// <inheritdoc/>
    protected override Tensor ForgetLoss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return -batch.Task.Loss(ExampleSet.Forget, batch.Forget);
    }
}
