using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Pushes the answer token just below the runner-up: a loss that is bounded and stops by itself.</summary>
/// <remarks>
/// <para>Needs: nothing of the starting model.</para>
/// <para>Choose it: where the rest must keep its distribution; loku adds low-rank adapters that begin where the examples to forget live.</para>
/// </remarks>
[Method(
    "inverted-hinge",
    Family.Unlearning,
    Paper = "arXiv:2408.06621",
    Title = "Towards Robust and Parameter-Efficient Knowledge Unlearning for LLMs")]
public sealed class InvertedHinge : LadderUnlearner, ICataloguedMethod<InvertedHingeOptions>
{
    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public InvertedHinge(InvertedHingeOptions? options = null)
        : base(options ?? new())
    {
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "L_forget = mean max(0, 1 + p(a) - max over v != a of p(v))",
        "L = gamma * L_forget + alpha * L_retain",
    ];

    /// <inheritdoc/>
    protected override Tensor ForgetLoss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return ForgetLosses.InvertedHinge(Forgotten(batch));
    }
}
