using Nabla.Claims.FirstOrder.Networks;
using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.Adan;

/// <summary>
/// Adan on a tiny transformer beside AdamW for a small and a large batch, each at the best of the rates 0.003, 0.01, 0.03.
/// </summary>
[Claim(
    "adan/fewer-steps",
    Says = "A small transformer reaches AdamW's final loss in fewer steps, for every batch size.",
    Source = "arXiv:2208.06677, section 5; here one layer on made-up text",
    Seconds = 3,
    Expected = Verdict.Inconclusive)]
internal sealed class FewerSteps() : RuleClaim<AdanOptions>(
    ("no-change-of-gradient", o => o with { Beta2 = 0 }),
    ("a-tenth-of-the-rate", o => o with { LearningRate = o.LearningRate / 10 }))
{
    private const int Steps = 60;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<AdanOptions, MethodOptions> subject, ClaimContext context)
    {
        var seeds = context.Full ? 10 : 2;
        var figures = new List<(string, double)>();
        var (least, most) = (double.PositiveInfinity, 0.0);
        foreach (var batch in context.Full ? [2, 4, 16, 64] : new[] { 3, 8 })
        {
            double ours = 0, theirs = 0;
            for (var s = 0; s < seeds; s++)
            {
                var seed = context.Seed.Derive($"seed {s}");
                var adamw = TinyGpt.Train(new AdamWOptions { LearningRate = 1e-2 }, seed, Steps, batch, context);
                var target = NetworkRun.Last(adamw, 10);
                var curve = TinyGpt.Train(
                    subject(new AdanOptions { LearningRate = 1e-2, WeightDecay = 0.02 }), seed, Steps + (Steps / 4), batch, context);
                ours += NetworkRun.StepsTo(curve, target) / (double)seeds;
                theirs += NetworkRun.StepsTo(adamw, target) / (double)seeds;
            }

            (least, most) = (Math.Min(least, ours / theirs), Math.Max(most, ours / theirs));
            figures.Add(($"batch_{batch}_steps", ours));
            figures.Add(($"batch_{batch}_adamw_steps", theirs));
        }

        // Seeds alone move a run by about so many steps.
        const double margin = 0.2;
        figures.Add(("least_share_of_adamws_steps", least));
        figures.Add(("greatest_share_of_adamws_steps", most));
        figures.Add(("margin", margin));
        var outcome = ClaimOutcome.Of(most < 1 - margin, [.. figures]);
        return most < 1 - margin || most > 1 + margin ? outcome : outcome with { Verdict = Verdict.Inconclusive };
    }
}
