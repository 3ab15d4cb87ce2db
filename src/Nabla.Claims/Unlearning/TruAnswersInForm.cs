using Nabla.Core;
using Nabla.Optimizers.FirstOrder;
using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>A quarter of the facts is to be answered by a template's reasons and a refusal.</summary>
[Claim(
    "tru/answers-in-the-target-form",
    Says = "With targets supplied, cross-entropy beside ascent makes a small model answer what is to be forgotten in the target form, token for token, while it keeps what it knew of the rest.",
    Source = "arXiv:2603.09980, abstract",
    Seconds = 2)]
internal sealed class TruAnswersInForm : Claim<TruOptions>
{
    private const int Forgotten = 3;
    private const int Steps = 150;

    // The mean share of prompts answered in form: nearly always all, but one of sixteen models stayed at a quarter. Then the
    // share of value tokens that may be lost.
    private const double Form = 0.7;
    private const double Lost = 0.1;

    /// <inheritdoc/>
    protected override TruOptions Method { get; } = new() { Ascent = 0.1, Alpha = 3, Trace = LearnedFacts.Reasons };

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, TruOptions> Defects { get; } = new Dictionary<string, TruOptions>
    {
        ["no-reasons"] = new() { Ascent = 0.1, Alpha = 3 },
        ["nothing-kept"] = new() { Ascent = 0.1, Retain = RetainLoss.None, Trace = LearnedFacts.Reasons },
        ["ascent-alone"] = new() { Ascent = 1000, Alpha = 3, Trace = LearnedFacts.Reasons },
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(TruOptions subject, ClaimContext context)
    {
        var holds = true;
        double form = 0, lost = double.NegativeInfinity, known = 0;
        var trials = context.Full ? 9 : 3;
        for (var trial = 0; trial < trials; trial++)
        {
            var seed = context.Seed.Derive(trial);
            using var facts = LearnedFacts.Copy(seed, Forgotten);
            var before = facts.Of(ExampleSet.Retain).Accuracy;
            subject.Create().Forget(facts.Task, FactsRuns.Budget(new AdamWOptions { LearningRate = 0.003, WeightDecay = 0 }, seed, Steps, Forgotten));
            TokenExample[] asked = [.. Enumerable.Range(0, facts.Task.Count(ExampleSet.Forget)).Select(i => facts.Task.Example(ExampleSet.Forget, i))];
            var end = facts.Task.Refusals[0][^1];
            var made = TokenGeneration.Generate(
                facts.Model, [.. asked.Select(e => e.Prompt)], new DecodingOptions { MaxNewTokens = 7, Stop = [end] }, cancellationToken: context.CancellationToken);
            var right = made.Zip(asked).Count(pair =>
                pair.First.SequenceEqual(LearnedFacts.Reasons(pair.Second).Concat(facts.Task.Refusals[0]).Where(token => token != end)));
            form += right / (double)asked.Length / trials;
            lost = Math.Max(lost, before - facts.Of(ExampleSet.Retain).Accuracy);
            known = Math.Max(known, facts.Of(ExampleSet.Forget).Accuracy);
            holds = form >= Form && lost <= Lost && known <= 0.2;
        }

        return ClaimOutcome.Of(holds, ("mean_share_in_form", form), ("largest_loss_of_kept_accuracy", lost), ("largest_accuracy_on_forgotten", known));
    }
}
