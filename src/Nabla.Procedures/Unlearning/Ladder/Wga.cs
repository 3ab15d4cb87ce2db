using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Gradient ascent whose tokens weigh as much as the model still believes in them.</summary>
/// <remarks>
/// <para>Needs: nothing of the starting model.</para>
/// <para>Choose it: as a bounded ascent; forgotten tokens stop pulling.</para>
/// </remarks>
[Method(
    "wga",
    Family.Unlearning,
    Paper = "arXiv:2502.19301",
    Title = "Rethinking LLM Unlearning Objectives: A Gradient Perspective and Go Beyond")]
public sealed class Wga : LadderUnlearner, ICataloguedMethod<WgaOptions>
{
    private readonly WgaOptions _options;

    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public Wga(WgaOptions? options = null)
        : base(options ??= new())
    {
        _options = options;
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "L_forget = mean stopgrad(p^beta) * ln p",
        "L = gamma * L_forget + alpha * L_retain",
    ];

    /// <inheritdoc/>
    protected override Tensor ForgetLoss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return ForgetLosses.WeightedAscent(Forgotten(batch), _options.Beta);
    }
}
