using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Gradient ascent whose tokens are weighed by saturation and importance.</summary>
/// <remarks>
/// <para>Needs: nothing of the starting model.</para>
/// <para>Choose it: where wga forgets too little of half-known tokens or too much of certain ones.</para>
/// </remarks>
[Method(
    "satimp",
    Family.Unlearning,
    Paper = "arXiv:2505.11953",
    Title = "Exploring Criteria of Loss Reweighting to Enhance LLM Unlearning")]
public sealed class SatImp : LadderUnlearner, ICataloguedMethod<SatImpOptions>
{
    private readonly SatImpOptions _options;

    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public SatImp(SatImpOptions? options = null)
        : base(options ??= new())
    {
        _options = options;
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "L_forget = mean stopgrad(p^beta1 * (1 - p)^beta2) * ln p",
        "L = gamma * L_forget + alpha * L_retain",
    ];

    /// <inheritdoc/>
    protected override Tensor ForgetLoss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return ForgetLosses.SaturatedAscent(Forgotten(batch), _options.Beta1, _options.Beta2);
    }
}
