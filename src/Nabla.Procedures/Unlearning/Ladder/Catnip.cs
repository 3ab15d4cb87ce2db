using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Experimental: negative preference a token, with the doubt of the model itself in the place of a reference.</summary>
/// <remarks>
/// <para>Needs: nothing of the starting model and nothing to keep.</para>
/// <para>Choose it: for trials only. The paper was known here by its abstract and reviews; whether its reference is taken as constant, and its constants, are guesses.</para>
/// </remarks>
[Method(
    "catnip",
    Family.Unlearning,
    Paper = "arXiv:2602.02824",
    Title = "CATNIP: LLM Unlearning via Calibrated and Tokenized Negative Preference Alignment")]
[Departs("Experimental: the form of the loss was read from an abstract; ConstantReference chooses between its two readings.")]
public sealed class Catnip : LadderUnlearner, ICataloguedMethod<CatnipOptions>
{
    private readonly CatnipOptions _options;

    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public Catnip(CatnipOptions? options = null)
        : base(options ??= new())
    {
        _options = options;
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "L_forget = -(2/beta) mean over tokens of ln sigmoid(-beta * ln(p / (1 - p)))",
        "L = gamma * L_forget + alpha * L_retain",
    ];

    /// <inheritdoc/>
    protected override Tensor ForgetLoss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return ForgetLosses.OwnConfidence(Forgotten(batch), _options.Beta, _options.ConstantReference);
    }
}
