using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Climbs the training loss on what is to be forgotten: the oldest and roughest way.</summary>
/// <remarks>
/// <para>Needs: only the examples to forget.</para>
/// <para>Choose it: as the lower end of a comparison. The loss has no floor, so a model is destroyed if it goes on; watch the utility.</para>
/// </remarks>
[Method(
    "gradient-ascent",
    Family.Unlearning,
    Paper = "arXiv:2401.06121",
    Title = "TOFU: A Task of Fictitious Unlearning for LLMs")]
public sealed class GradientAscent : GradientUnlearner, ICataloguedMethod<GradientAscentOptions>
{
    private readonly GradientAscentOptions _options;

    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public GradientAscent(GradientAscentOptions? options = null) => _options = options ?? new();

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "theta <- step(theta, -grad L_forget)",
    ];

    /// <inheritdoc/>
    public override RetainNeed Needs => RetainNeed.None;

    /// <inheritdoc/>
    protected override void CheckOptions() => _options.ThrowIfInvalid();

    /// <inheritdoc/>
    protected override Tensor? Loss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return -batch.Task.Loss(ExampleSet.Forget, batch.Forget);
    }
}
