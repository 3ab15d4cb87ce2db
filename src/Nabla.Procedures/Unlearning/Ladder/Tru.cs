using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Trains the model to reason about what is to be forgotten and then refuse, while the old answers are climbed away from.</summary>
/// <remarks>
/// <para>Needs: refusals, and reasons for each prompt, which the authors let a strong model write; here a template does.</para>
/// <para>Choose it: where the model shall answer in a given form rather than just not know.</para>
/// </remarks>
[Method(
    "tru",
    Family.Unlearning,
    Paper = "arXiv:2603.09980",
    Title = "Explainable LLM Unlearning Through Reasoning")]
[Departs("Reasons come from a template instead of a strong model; each example keeps one target through a run. The loss was read from a secondary source.")]
public sealed class Tru : LadderUnlearner, ICataloguedMethod<TruOptions>
{
    private readonly TruOptions _options;
    private TokenExample[] _targets = [];

    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public Tru(TruOptions? options = null)
        : base(options ??= new())
    {
        _options = options;
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "L_forget = -mean over examples of [ln P(reasons|q) + ln P(refusal|reasons, q)] - ascent * NLL_avg(answer)",
        "L = gamma * L_forget + alpha * L_retain",
    ];

    /// <inheritdoc/>
    protected override void Check(IUnlearningTask task) => Refusals.Require(Language(task), Name);

    /// <inheritdoc/>
    protected override void Remember(IUnlearningTask task, UnlearningBudget budget, Action<IDisposable> own)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(budget);
        var language = Language(task);
        RandomStream random = new(budget.Seed.Derive("refusals"));
        _targets = [.. Enumerable.Range(0, task.Count(ExampleSet.Forget)).Select(i =>
        {
            var example = Refusals.Draw(language, i, random);
            var trace = _options.Trace?.Invoke(language.Example(ExampleSet.Forget, i)) ?? [];
            return example with { Answer = [.. trace, .. example.Answer] };
        })];
        if (_targets.FirstOrDefault(t => t.Prompt.Count + t.Answer.Count - 1 > language.Causal.Context) is { } longest)
        {
            throw new ArgumentException(
                $"The reasons and refusal for '{longest.Id}' make {longest.Prompt.Count + longest.Answer.Count} tokens with its prompt; the model "
                + $"reads {language.Causal.Context}. Shorten them.",
                nameof(task));
        }
    }

    /// <inheritdoc/>
    protected override Tensor ForgetLoss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var targets = AnswerScores.Sums(Language(batch.Task).Score([.. batch.Forget.Select(i => _targets[i])])).Mean() * -1.0;
        return _options.Ascent == 0 ? targets : targets + (ForgetLosses.Ascent(Forgotten(batch)) * _options.Ascent);
    }
}
