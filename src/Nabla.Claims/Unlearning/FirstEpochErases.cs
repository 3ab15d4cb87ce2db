using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>
/// Gradients of the embedding from the first pass are taken back with growing rates until one value in ten is known, beside
/// ascent on the whole model over many passes.
/// </summary>
[Claim(
    "first-epoch-ga/erases-with-less-damage",
    Says = "Taking back the embedding's gradients of the first pass erases what is to be forgotten with less damage to the rest than ascent on the whole model over many passes.",
    Source = "arXiv:2406.09391, abstract",
    Seconds = 2,
    Expected = Verdict.Fails)]
internal sealed class FirstEpochErases : Claim<FirstEpochErases.Subject>
{
    private const int Forgotten = 3;
    private const double Known = 0.15;
    private const string Embedding = "transformer.wte.weight";

    // "Less damage" is worth the name where at least half of the values to keep are still right; chance is one in twenty.
    private const double Kept = 0.5;

    private static readonly double[] s_rates = [0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 14, 20, 30];

    /// <inheritdoc/>
    protected override Subject Method { get; } = new(false);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Subject> Defects { get; } =
        new Dictionary<string, Subject> { ["retrained-in-its-place"] = new(true) };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Subject subject, ClaimContext context)
    {
        double own = 0, whole = 0;
        var trials = context.Full ? 24 : 4;
        for (var trial = 0; trial < trials; trial++)
        {
            var seed = context.Seed.Derive(trial);
            own += Best(seed, subject) / trials;
            whole += FactsRuns.Until(
                new GradientAscentOptions(), new SgdOptions { LearningRate = 0.02 }, seed, Forgotten, 200, forget => forget.Accuracy <= Known).Retain.Accuracy / trials;
        }

        return ClaimOutcome.Of(
            own > whole && own > Kept, ("kept_accuracy", own), ("kept_accuracy_of_whole_ascent", whole), ("least_kept_accuracy", Kept));
    }

    private static double Best(Seed seed, Subject subject)
    {
        using var gradients = LearnedFacts.Gradients(seed, Forgotten, 0, Embedding);
        foreach (var rate in s_rates)
        {
            using var facts = LearnedFacts.Copy(seed, Forgotten, subject.Retrained);
            if (!subject.Retrained)
            {
                new FirstEpochGa(new FirstEpochGaOptions { Gradients = gradients }).Forget(
                    facts.Task, FactsRuns.Budget(new SgdOptions { LearningRate = rate }, seed, 1, Forgotten));
            }

            if (facts.Of(ExampleSet.Forget).Accuracy <= Known)
            {
                return facts.Of(ExampleSet.Retain).Accuracy;
            }
        }

        return 0;
    }

    /// <summary>Whether a model that never saw the facts stands in: what forgetting without damage looks like.</summary>
    internal sealed record Subject(bool Retrained);
}
