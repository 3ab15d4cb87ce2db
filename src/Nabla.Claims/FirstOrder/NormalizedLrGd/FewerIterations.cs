using Nabla.Core;
using Nabla.Procedures.FirstOrder;
using Separator = Nabla.Procedures.FirstOrder.NormalizedLrGd;

namespace Nabla.Claims.FirstOrder.NormalizedLrGd;

/// <summary>Normalized steps separate sooner.</summary>
[Claim(
    "normalized-lr-gd/fewer-iterations",
    Says = "Where few examples of separable data are hard, normalized LR+GD separates it in fewer iterations than LR+GD with the same huge step.",
    Source = "arXiv:2412.08424, abstract, third observation",
    Seconds = 0.7)]
internal sealed class FewerIterations() : RuleClaim<NormalizedLrGdOptions>(
    ("not-normalized", o => o with { Step = LogisticStep.Plain }),
    ("perceptron", o => o with { Step = LogisticStep.Perceptron }))
{
    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<NormalizedLrGdOptions, MethodOptions> subject, ClaimContext context)
    {
        var sets = context.Full ? 100 : 12;
        var options = new NormalizedLrGdOptions { LearningRate = 1e6 };
        double wins = 0, ours = 0, theirs = 0, evenOurs = 0, evenTheirs = 0;
        for (var set = 0; set < sets; set++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var data = SeparableData.DrawRareHard(context.Seed.Derive($"set {set}"), 400, 8, 4);
            var normalized = Iterations((NormalizedLrGdOptions)subject(options), data);
            var plain = Iterations(options with { Step = LogisticStep.Plain }, data);
            var even = SeparableData.Draw(context.Seed.Derive($"even set {set}"), 200, 8, 0.1);
            evenOurs += Iterations((NormalizedLrGdOptions)subject(options), even);
            evenTheirs += Iterations(options with { Step = LogisticStep.Plain }, even);
            wins += normalized < plain ? 1 : 0;
            (ours, theirs) = (ours + normalized, theirs + plain);
        }

        // Were both alike, nine wins in ten would have a chance below 1 in 1000.
        return ClaimOutcome.Of(
            wins >= 0.9 * sets,
            ("sets_with_fewer_iterations", wins),
            ("sets", sets),
            ("mean_iterations", ours / sets),
            ("plain_mean_iterations", theirs / sets),
            // No part of the verdict: where examples are all alike, the mean of them is nearly enough, and plain steps win.
            ("even_data_mean_iterations", evenOurs / sets),
            ("even_data_plain_mean_iterations", evenTheirs / sets));
    }

    private static long Iterations(NormalizedLrGdOptions options, SeparableData data) =>
        new Separator(options).Separate(data.Rows, data.Labels, [], new() { Iterations = 20_000 }).Iterations;
}
