using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Lowers the probability of whole answers, the less the further they have fallen below the starting model.</summary>
/// <remarks>
/// <para>Needs: one number of the starting model an example to forget.</para>
/// <para>Choose it: as the first method to try on language models; it slows down where gradient ascent runs away.</para>
/// <para>Sums over long answers saturate the weight at once; use simnpo there.</para>
/// </remarks>
[Method(
    "npo",
    Family.Unlearning,
    Paper = "arXiv:2404.05868",
    Title = "Negative Preference Optimization: From Catastrophic Collapse to Effective Unlearning")]
public sealed class Npo : LadderUnlearner, ICataloguedMethod<NpoOptions>
{
    private readonly NpoOptions _options;
    private double[] _reference = [];

    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public Npo(NpoOptions? options = null)
        : base(options ??= new())
    {
        _options = options;
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "r = ln pi_theta(a|q) - ln pi_ref(a|q)",
        "L_forget = -(2/beta) mean ln sigmoid(-beta * r)",
        "L = gamma * L_forget + alpha * L_retain",
    ];

    /// <inheritdoc/>
    protected override void Remember(IUnlearningTask task, UnlearningBudget budget, Action<IDisposable> own)
    {
        ArgumentNullException.ThrowIfNull(budget);
        _reference = StartingModel.LogProbabilities(Labelled(task), ExampleSet.Forget, budget.BatchSize);
    }

    /// <inheritdoc/>
    protected override Tensor ForgetLoss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return ForgetLosses.NegativePreference(Forgotten(batch), [.. batch.Forget.Select(i => _reference[i])], _options.Beta);
    }
}
