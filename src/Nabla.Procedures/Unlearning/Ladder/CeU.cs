using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Teaches the model its own distribution with the answer token taken out.</summary>
/// <remarks>
/// <para>Needs: only the examples to forget.</para>
/// <para>Choose it: as an ascent whose gradient vanishes where the answer is forgotten; nothing keeps the rest.</para>
/// </remarks>
[Method(
    "ce-u",
    Family.Unlearning,
    Paper = "arXiv:2503.01224",
    Title = "CE-U: Cross Entropy Unlearning")]
[Departs("Answers no longer than the tokens left out keep their last one, so that classifiers work.")]
public sealed class CeU : GradientUnlearner, ICataloguedMethod<CeUOptions>
{
    private readonly CeUOptions _options;

    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public CeU(CeUOptions? options = null) => _options = options ?? new();

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "L = mean CE(stopgrad(softmax(z without a)), p_theta)",
    ];

    /// <inheritdoc/>
    public override RetainNeed Needs => RetainNeed.None;

    /// <inheritdoc/>
    protected override void CheckOptions() => _options.ThrowIfInvalid();

    /// <inheritdoc/>
    protected override void Check(IUnlearningTask task) => Labelled(task);

    /// <inheritdoc/>
    protected override Tensor? Loss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return ForgetLosses.WithoutTarget(Labelled(batch.Task).Score(ExampleSet.Forget, batch.Forget), _options.IgnoreFirst);
    }
}
