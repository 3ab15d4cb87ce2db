using Nabla.Optimizers.FirstOrder;
using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>A quarter of the facts is forgotten by the inverted hinge on adapters with both starts.</summary>
[Claim(
    "loku/fisher-start-forgets-in-fewer-steps",
    Says = "Adapters that begin by Fisher information need fewer steps of the inverted hinge than adapters that begin at random.",
    Source = "arXiv:2408.06621, section on initialization as its abstract reads",
    Seconds = 2)]
internal sealed class LokuStartsFaster : Claim<LowRankStart>
{
    private const int Forgotten = 3;
    private const int Rank = 4;
    private const int Most = 200;
    private const double Known = 0.1;

    // Over three seeds of three models the share was 0.31 to 0.48.
    private const double Share = 0.75;

    /// <inheritdoc/>
    protected override LowRankStart Method => LowRankStart.Fisher;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, LowRankStart> Defects { get; } =
        new Dictionary<string, LowRankStart> { ["starts-at-random"] = LowRankStart.Random };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(LowRankStart subject, ClaimContext context)
    {
        double own = 0, random = 0;
        for (var trial = 0; trial < (context.Full ? 6 : 3); trial++)
        {
            var seed = context.Seed.Derive(trial);
            long Steps(LowRankStart start) => FactsRuns.Until(
                new LokuOptions { Rank = Rank, LoraAlpha = 2 * Rank, Start = start },
                new AdamWOptions { LearningRate = 0.003, WeightDecay = 0 },
                seed,
                Forgotten,
                Most,
                forget => forget.Accuracy <= Known).Steps;
            own += Steps(subject);
            random += Steps(LowRankStart.Random);
        }

        return ClaimOutcome.Of(own < Share * random, ("steps", own), ("steps_from_a_random_start", random), ("largest_share", Share));
    }
}
