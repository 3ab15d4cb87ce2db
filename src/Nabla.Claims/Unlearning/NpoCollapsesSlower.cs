using Nabla.Core;
using Nabla.Optimizers.FirstOrder;
using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>Half of the facts are forgotten with nothing to keep, by ascent and by negative preference, whose first gradients are equal.</summary>
[Claim(
    "npo/collapses-slower-than-ascent",
    Says = "Forgetting half of what was learned, the losses of gradient ascent diverge on both halves ever faster, while those of negative preference grow ever slower.",
    Source = "arXiv:2404.05868, abstract and section 3",
    Seconds = 1.5)]
internal sealed class NpoCollapsesSlower : Claim<Func<double, UnlearnerOptions>>
{
    private const int Forgotten = LearnedFacts.Persons / 2;
    private const int Steps = 24;
    private const double Rate = 0.1;

    // Tokens an answer, ending included: the gradient of a mean over tokens is that much smaller than that of sums.
    private const double Tokens = 3.5;

    // After 24 steps the losses were thousands of times apart over seeds.
    private const double Apart = 5;

    /// <inheritdoc/>
    protected override Func<double, UnlearnerOptions> Method { get; } =
        gamma => new NpoOptions { Beta = 0.1, Gamma = gamma, Retain = RetainLoss.None };

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<double, UnlearnerOptions>> Defects { get; } = new Dictionary<string, Func<double, UnlearnerOptions>>
    {
        ["vanishing-beta"] = gamma => new NpoOptions { Beta = 1e-5, Gamma = gamma, Retain = RetainLoss.None },
        ["ascent"] = _ => new GradientAscentOptions(),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<double, UnlearnerOptions> subject, ClaimContext context)
    {
        var holds = true;
        double least = double.PositiveInfinity, slowing = 0, quickening = double.PositiveInfinity;
        for (var trial = 0; trial < (context.Full ? 5 : 2); trial++)
        {
            var seed = context.Seed.Derive(trial);
            FactsRuns.Outcome At(UnlearnerOptions options, int steps) =>
                FactsRuns.Until(options, new SgdOptions { LearningRate = Rate }, seed, Forgotten, steps, _ => false);
            FactsRuns.Outcome half = At(subject(1 / Tokens), Steps / 2), end = At(subject(1 / Tokens), Steps);
            FactsRuns.Outcome halfAscent = At(new GradientAscentOptions(), Steps / 2), endAscent = At(new GradientAscentOptions(), Steps);
            // A loss that is no number any more has diverged.
            double Loss(FactsRuns.Outcome one) => double.IsFinite(one.Retain.Loss) ? one.Retain.Loss : double.MaxValue;
            var apart = Loss(endAscent) / Loss(end);
            var slower = (Loss(end) - Loss(half)) / Loss(half);
            var faster = (Loss(endAscent) - Loss(halfAscent)) / Loss(halfAscent);
            (least, slowing, quickening) = (Math.Min(least, apart), Math.Max(slowing, slower), Math.Min(quickening, faster));
            holds &= apart > Apart && slower < 1 && faster > 1;
        }

        // Losses that diverge carry every rounding along, so their sizes are told by their powers of ten.
        return ClaimOutcome.Of(
            holds,
            ("least_log10_ratio_of_kept_losses", Math.Log10(least)),
            ("growth_in_second_half", slowing),
            ("log10_growth_in_second_half_of_ascent", Math.Log10(quickening)),
            ("margin", Apart));
    }
}
