using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>The inverted hinge on low-rank adapters that begin where what is to be forgotten lives.</summary>
/// <remarks>
/// <para>Needs: two passes of gradients over the data, two tensors the size of the adapted weights meanwhile, one singular value
/// decomposition a matrix.</para>
/// <para>Choose it: for models too large to train whole. The adapters are merged at the end.</para>
/// </remarks>
[Method(
    "loku",
    Family.Unlearning,
    Paper = "arXiv:2408.06621",
    Title = "Towards Robust and Parameter-Efficient Knowledge Unlearning for LLMs")]
[Departs("Adapters are merged at the end; the released script unloads them where they began by Fisher information, which leaves a damaged base.")]
[Departs("Matrices whose smaller side is below the rank take what they have, with the same scale.")]
public sealed class Loku : LowRankUnlearner, ICataloguedMethod<LokuOptions>
{
    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public Loku(LokuOptions? options = null)
        : base(options ?? new())
    {
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "I = sum over batches of tokens * (batch-mean gradient)^2 / all tokens, for forget and retain",
        "r_i = sqrt(sum_j I_forget,ij / (I_retain,ij + 1e-5)), diag(r) W = U S V^T cut at the rank, s = loraAlpha / rank",
        "A = (V sqrt(S/s))^T, B = diag(1 / (r + 1e-5)) U sqrt(S/s), W <- W - s B A",
        "L_forget = mean max(0, 1 + p(a) - max over v != a of p(v)) on A and B; L = gamma * L_forget + alpha * L_retain; merged at the end",
    ];

    /// <inheritdoc/>
    protected override Tensor ForgetLoss(UnlearningBatch batch) => ForgetLosses.InvertedHinge(Forgotten(batch));
}
