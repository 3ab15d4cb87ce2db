using Nabla.Core;
using Nabla.Optimizers.FirstOrder;
using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>A quarter of the facts is forgotten through low-rank adapters until one value in ten is still known.</summary>
[Claim(
    "loku/keeps-more-than-ascent-with-adapters",
    Says = "The inverted hinge on adapters that begin by Fisher information removes what is to be forgotten while the loss on the rest rises less than under gradient ascent and gradient difference with adapters.",
    Source = "arXiv:2408.06621, abstract",
    Seconds = 2)]
internal sealed class LokuKeepsMore : Claim<UnlearnerOptions>
{
    private const int Forgotten = 3;
    private const int Rank = 8;
    private const int Most = 120;
    private const double Known = 0.1;

    // Nats a token: the rise was 0.10 to 0.15 over three seeds, that of the gentler baseline 0.60 and more.
    private const double Rise = 0.25;
    private const double Margin = 0.3;

    /// <inheritdoc/>
    protected override UnlearnerOptions Method { get; } = new LokuOptions { Rank = Rank, LoraAlpha = 2 * Rank };

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, UnlearnerOptions> Defects { get; } = new Dictionary<string, UnlearnerOptions>
    {
        ["ascent-in-place-of-the-hinge"] = new LowRankAscent { Rank = Rank, LoraAlpha = 2 * Rank },
        ["hinge-upside-down"] = new LowRankAscent { Rank = Rank, LoraAlpha = 2 * Rank, Upside = true },
        ["nothing-kept"] = new LokuOptions { Rank = Rank, LoraAlpha = 2 * Rank, Retain = RetainLoss.None },
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(UnlearnerOptions subject, ClaimContext context)
    {
        var holds = true;
        double largest = double.NegativeInfinity, ascent = double.PositiveInfinity, difference = double.PositiveInfinity;
        for (var trial = 0; trial < (context.Full ? 6 : 2); trial++)
        {
            var seed = context.Seed.Derive(trial);
            using var start = LearnedFacts.Copy(seed, Forgotten);
            var before = start.Of(ExampleSet.Retain).Loss;
            FactsRuns.Outcome Of(UnlearnerOptions options) => FactsRuns.Until(
                options, new AdamWOptions { LearningRate = 0.002, WeightDecay = 0 }, seed, Forgotten, Most, forget => forget.Accuracy <= Known);
            var plain = new LowRankAscent { Rank = Rank, LoraAlpha = 2 * Rank, Start = LowRankStart.Random };
            FactsRuns.Outcome own = Of(subject), gd = Of(plain), ga = Of(plain with { Retain = RetainLoss.None });
            var rise = own.Retain.Loss - before;
            largest = Math.Max(largest, rise);
            ascent = Math.Min(ascent, ga.Retain.Loss - before);
            difference = Math.Min(difference, gd.Retain.Loss - before);
            holds &= own.Reached && ga.Reached && rise < Rise && Math.Min(ga.Retain.Loss, gd.Retain.Loss) - before > rise + Margin;
        }

        return ClaimOutcome.Of(
            holds,
            ("largest_rise_of_kept_loss", largest),
            ("least_rise_under_ascent", ascent),
            ("least_rise_under_gradient_difference", difference),
            ("margin", Margin));
    }
}
