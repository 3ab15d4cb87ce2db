using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Negative preference on the mean loss of an answer, without a reference model.</summary>
/// <remarks>
/// <para>Needs: nothing of the starting model.</para>
/// <para>Choose it: for answers of mixed lengths.</para>
/// </remarks>
[Method(
    "simnpo",
    Family.Unlearning,
    Paper = "arXiv:2410.07163",
    Title = "Simplicity Prevails: Rethinking Negative Preference Optimization for LLM Unlearning")]
[Departs("δ stands inside the product with β, as in the reference code; the paper's margin is β δ.")]
public sealed class SimNpo : LadderUnlearner, ICataloguedMethod<SimNpoOptions>
{
    private readonly SimNpoOptions _options;

    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public SimNpo(SimNpoOptions? options = null)
        : base(options ??= new())
    {
        _options = options;
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "L_forget = -(2/beta) mean ln sigmoid(beta * (NLL_avg - delta))",
        "L = gamma * L_forget + alpha * L_retain",
    ];

    /// <inheritdoc/>
    protected override Tensor ForgetLoss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return ForgetLosses.SimpleNegativePreference(Forgotten(batch), _options.Beta, _options.Delta);
    }
}
