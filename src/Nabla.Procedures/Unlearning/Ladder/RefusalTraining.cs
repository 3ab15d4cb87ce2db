using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Trains the model to answer what is to be forgotten with refusals, drawn anew at each reading.</summary>
/// <remarks>
/// <para>Needs: refusals.</para>
/// <para>Choose it: where a polite answer matters and likelihoods do not; the old answers stay nearly as likely as they were.</para>
/// </remarks>
[Method(
    "refusal-training",
    Family.Unlearning,
    Paper = "arXiv:2401.06121",
    Title = "TOFU: A Task of Fictitious Unlearning for LLMs")]
public sealed class RefusalTraining : LadderUnlearner, ICataloguedMethod<RefusalTrainingOptions>
{
    /// <summary>Makes the method.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    public RefusalTraining(RefusalTrainingOptions? options = null)
        : base(options ?? new())
    {
    }

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "L_forget = NLL_avg(refusal)",
        "L = gamma * L_forget + alpha * L_retain",
    ];

    /// <inheritdoc/>
    protected override void Check(IUnlearningTask task) => Refusals.Require(Language(task), Name);

    /// <inheritdoc/>
    protected override Tensor ForgetLoss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var language = Language(batch.Task);
        var refusals = language.Score([.. batch.Forget.Select(i => Refusals.Draw(language, i, batch.Random))]);
        return -AnswerScores.LogProbabilities(refusals).Mean();
    }
}
