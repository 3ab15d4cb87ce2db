using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Climbs the training loss on what is to be forgotten while the answers to the rest stay near those of the starting model.</summary>
/// <remarks>
/// <para>Needs: a sample of what is to be kept; the starting logits of its answers are kept in memory, answer tokens × classes numbers.</para>
/// <para>Choose it: where the kept answers shall keep their whole distribution, not only their likeliest token.</para>
/// </remarks>
[Method(
    "kl-unlearning",
    Family.Unlearning,
    Paper = "arXiv:2401.06121",
    Title = "TOFU: A Task of Fictitious Unlearning for LLMs")]
[Departs("The divergence is taken at answer positions; public code averages over prompts and padding too.")]
public sealed class KlUnlearning : LadderUnlearner, ICataloguedMethod<KlUnlearningOptions>
{
    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public KlUnlearning(KlUnlearningOptions? options = null)
        : base(options ?? new())
    {
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "L = -gamma * L_forget + alpha * mean KL(p_ref || p_theta)",
    ];

    /// <inheritdoc/>
    protected override Tensor ForgetLoss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return -batch.Task.Loss(ExampleSet.Forget, batch.Forget);
    }
}
