using Nabla.Experiments;

namespace Nabla.Claims.Adaptation.MetaLearning;

/// <summary>The published recipe on samples with noise: two bases, one adapter of the planted rank, few samples of a new task.</summary>
[Claim(
    "meta-lora/new-task-error",
    Says = "With three tasks and adapters of the planted rank, the error on a new task is at least a hundred times smaller from the base of Meta-LoRA than from that of standard retraining.",
    Source = "arXiv:2410.22264, experiments in the linear model",
    Seconds = 2.0)]
internal sealed class NewTaskError : Claim<NewTaskError.Subject>
{
    // An independent implementation measured ratios above 8000 on 8 seeds of this setting.
    private const double Factor = 100;

    /// <inheritdoc/>
    protected override Subject Method { get; } = new(3, 1, 10);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Subject> Defects { get; } = new Dictionary<string, Subject>
    {
        ["two-tasks-with-rank-three"] = new(2, 3, 10),
        ["adapter-of-full-rank"] = new(3, 10, 10),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Subject subject, ClaimContext context)
    {
        var errors = new List<LinearErrors>();
        for (var i = 0; i < (context.Full ? 8 : 2); i++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            errors.Add(LinearStudy.Compare(subject.Dimension, 1, subject.Tasks, context.Seed.Derive(i), adapterRank: subject.AdapterRank));
        }

        var least = errors.Min(e => e.StandardRetraining / e.MetaLora);
        return ClaimOutcome.Of(
            least >= Factor,
            ("least_ratio_of_errors", least),
            ("limit", Factor),
            ("largest_error_from_meta_lora", errors.Max(e => e.MetaLora)),
            ("smallest_error_from_standard_retraining", errors.Min(e => e.StandardRetraining)));
    }

    /// <summary>Tasks, the rank of the new adapter, the dimension.</summary>
    internal sealed record Subject(int Tasks, int AdapterRank, int Dimension);
}
