using Nabla.Core;
using Nabla.Optimizers.FirstOrder;
using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>A sixth of the facts is forgotten behind a head that is trained for a few passes.</summary>
[Claim(
    "t3/forgotten-answers-go-and-kept-ones-stay",
    Says = "Tempered guidance changes the likeliest answers to what is to be forgotten and leaves those to the rest, no weight of the model moved; plain guidance by the same head leaks.",
    Source = "arXiv:2602.10217, table 1 scaled down",
    Seconds = 1)]
internal sealed class T3AnswersGo : Claim<T3Options>
{
    private const int Forgotten = 2;
    private const int Passes = 80;

    // Value tokens still right: a model that never saw these persons guesses about one in ten.
    private const double Known = 0.2;
    private const double Lost = 0.05;

    // How much more of the answers plain guidance leaves, as a mean probability a token; 0.17 to 0.25 over six seeds.
    private const double Leak = 0.05;

    /// <inheritdoc/>
    protected override T3Options Method { get; } = new() { Rank = 20 };

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, T3Options> Defects { get; } = new Dictionary<string, T3Options>
    {
        ["no-guidance"] = new() { Rank = 20, Guidance = 0 },
        ["plain-guidance"] = new() { Rank = 20, Temperature = 1 },
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(T3Options subject, ClaimContext context)
    {
        var holds = true;
        double known = 0, lost = double.NegativeInfinity, leak = 0;
        var trials = context.Full ? 10 : 3;
        for (var trial = 0; trial < trials; trial++)
        {
            var seed = context.Seed.Derive(trial);
            using var facts = LearnedFacts.Copy(seed, Forgotten);
            var before = facts.Of(ExampleSet.Retain).Accuracy;
            var result = new T3(subject).Forget(
                facts.Task, FactsRuns.Budget(new AdamWOptions { LearningRate = 0.01, WeightDecay = 0.01 }, seed, Passes, Forgotten));
            using var scorer = (T3Scorer)result.Scorer!;
            var forget = facts.Of(ExampleSet.Forget, scorer);
            known = Math.Max(known, forget.Accuracy);
            lost = Math.Max(lost, before - facts.Of(ExampleSet.Retain, scorer).Accuracy);
            scorer.Options = subject with { Temperature = 1, Guidance = 1 };
            leak += (facts.Of(ExampleSet.Forget, scorer).Probability - forget.Probability) / trials;
            holds = known <= Known && lost <= Lost && leak >= Leak;
        }

        return ClaimOutcome.Of(
            holds, ("largest_accuracy_on_forgotten", known), ("largest_loss_of_kept_accuracy", lost), ("mean_leak_of_plain_guidance", leak));
    }
}
