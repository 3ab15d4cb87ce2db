using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Makes refusals more likely and the answers to forget less likely than the starting model had them.</summary>
/// <remarks>
/// <para>Needs: refusals, and two numbers of the starting model an example to forget.</para>
/// <para>Choose it: where the model shall answer that it does not know. Its scores for wrong and right answers hardly part, so the truth ratio moves little.</para>
/// </remarks>
[Method(
    "dpo-unlearning",
    Family.Unlearning,
    Paper = "arXiv:2401.06121",
    Title = "TOFU: A Task of Fictitious Unlearning for LLMs")]
[Departs("Each example keeps one refusal through a run, drawn at its start, so that one number of the starting model is enough; public code draws anew at each reading.")]
public sealed class DpoUnlearning : LadderUnlearner, ICataloguedMethod<DpoUnlearningOptions>
{
    private readonly DpoUnlearningOptions _options;
    private TokenExample[] _refusals = [];
    private double[] _reference = [];
    private double[] _refusalReference = [];

    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public DpoUnlearning(DpoUnlearningOptions? options = null)
        : base(options ??= new())
    {
        _options = options;
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "r = ln pi_theta - ln pi_ref",
        "L_forget = -(2/beta) mean ln sigmoid(beta * (r(refusal) - r(answer)))",
        "L = gamma * L_forget + alpha * L_retain",
    ];

    /// <inheritdoc/>
    protected override void Check(IUnlearningTask task) => Refusals.Require(Language(task), Name);

    /// <inheritdoc/>
    protected override void Remember(IUnlearningTask task, UnlearningBudget budget, Action<IDisposable> own)
    {
        ArgumentNullException.ThrowIfNull(budget);
        var language = Language(task);
        RandomStream random = new(budget.Seed.Derive("refusals"));
        _refusals = [.. Enumerable.Range(0, task.Count(ExampleSet.Forget)).Select(i => Refusals.Draw(language, i, random))];
        _reference = StartingModel.LogProbabilities(language, ExampleSet.Forget, budget.BatchSize);
        _refusalReference = StartingModel.LogProbabilities(
            language.Model, _refusals.Length, budget.BatchSize, chosen => language.Score([.. chosen.Select(i => _refusals[i])]));
    }

    /// <inheritdoc/>
    protected override Tensor ForgetLoss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return ForgetLosses.DirectPreference(
            Language(batch.Task).Score([.. batch.Forget.Select(i => _refusals[i])]),
            Forgotten(batch),
            [.. batch.Forget.Select(i => _refusalReference[i])],
            [.. batch.Forget.Select(i => _reference[i])],
            _options.Beta);
    }
}
