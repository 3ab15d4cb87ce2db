using Nabla.Core;
using Nabla.Engine;
using Nabla.Experiments;
using Nabla.Optimizers.FirstOrder;
using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>Half of the facts are forgotten with nothing to keep, answers of two to five tokens, until one value in ten is still known.</summary>
[Claim(
    "catnip/drifts-less-than-npo",
    Says = "With nothing to keep and answers of mixed lengths, steps by the model's own confidence in each token raise the loss on what is to be forgotten and raise the loss on the rest less than negative preference does.",
    Source = "arXiv:2602.02824, abstract; the loss as its abstract reads",
    Seconds = 2)]
internal sealed class CatnipDriftsLess : Claim<UnlearnerOptions>
{
    private const int Forgotten = LearnedFacts.Persons / 2;
    private const int Most = 100;
    private const double Known = 0.1;

    // Nats a token, of the median: single models drift by as little as a fifth and as much as ten, and which do is decided by
    // the last bits of matrix products. The median over eight models was 1.1 with two kinds of products.
    private const double Margin = 0.5;

    /// <inheritdoc/>
    protected override UnlearnerOptions Method { get; } = new CatnipOptions();

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, UnlearnerOptions> Defects { get; } = new Dictionary<string, UnlearnerOptions>
    {
        ["confidence-ignored"] = new CatnipOptions { Beta = 1e-3 },
        ["whole-sequences"] = new NpoOptions { Gamma = 0.3, Retain = RetainLoss.None },
        ["doubt-in-place-of-confidence"] = new DoubtfulOptions(),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(UnlearnerOptions subject, ClaimContext context)
    {
        var holds = true;
        var less = new double[context.Full ? 20 : 8];
        for (var trial = 0; holds && trial < less.Length; trial++)
        {
            var seed = context.Seed.Derive(trial);
            FactsRuns.Outcome Of(UnlearnerOptions options) => FactsRuns.Until(
                options, new SgdOptions { LearningRate = 0.02 }, seed, Forgotten, Most, forget => forget.Accuracy <= Known);
            FactsRuns.Outcome own = Of(subject), npo = Of(new NpoOptions { Gamma = 0.3, Retain = RetainLoss.None });
            less[trial] = npo.Retain.Loss - own.Retain.Loss;
            holds &= own.Reached && npo.Reached;
        }

        var median = Sample.Median(less);
        return ClaimOutcome.Of(
            holds && median > Margin,
            ("median_difference_of_kept_losses", median), ("least_difference_of_kept_losses", less.Min()), ("margin", Margin));
    }

    private sealed record DoubtfulOptions : LadderOptions
    {
        public DoubtfulOptions() => Retain = RetainLoss.None;

        public override IUnlearner Create() => new Doubtful(this);
    }

    // Weighs tokens by 1 - p.
    private sealed class Doubtful(DoubtfulOptions options) : LadderUnlearner(options)
    {
        protected override Tensor ForgetLoss(UnlearningBatch batch) => ForgetLosses.SaturatedAscent(Forgotten(batch), 0, 1);
    }
}
