using Nabla.Claims.FirstOrder.Networks;
using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.AlphaAdam;

/// <summary>AlphaAdam on a tiny transformer beside AdamW at the same rate.</summary>
[Claim(
    "alphaadam/fewer-steps",
    Says = "A tiny transformer reaches AdamW's final loss in fewer steps when disagreeing elements are masked.",
    Source = "arXiv:2501.18094, abstract; here one layer on made-up text",
    Seconds = 2.5)]
internal sealed class FewerSteps() : RuleClaim<AlphaAdamOptions>(
    ("strength-not-raised", o => o with { DynamicAlpha = false, Alpha = o.Alpha / 2 }),
    ("mask-ignored", o => o with { Mask = MaskKind.All }))
{
    private const int Steps = 70;
    private const int Batch = 6;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<AlphaAdamOptions, MethodOptions> subject, ClaimContext context)
    {
        var seeds = context.Full ? 20 : 4;
        double[] ours = new double[seeds], theirs = new double[seeds];
        for (var s = 0; s < seeds; s++)
        {
            var seed = context.Seed.Derive($"seed {s}");
            var adamw = TinyGpt.Train(new AdamWOptions { LearningRate = 1e-2 }, seed, Steps, Batch, context);
            var target = NetworkRun.Last(adamw, 10);
            theirs[s] = NetworkRun.StepsTo(adamw, target);
            ours[s] = NetworkRun.StepsTo(
                TinyGpt.Train(subject(new AlphaAdamOptions { LearningRate = 1e-2 }), seed, Steps + (Steps / 4), Batch, context), target);
        }

        var (difference, half) = NetworkRun.PairedInterval(ours, theirs);
        var outcome = ClaimOutcome.Of(
            difference < -half,
            ("steps", ours.Average()),
            ("adamw_steps", theirs.Average()),
            ("difference", difference),
            ("half_of_the_interval", half));
        // What the seeds could have made says nothing.
        return difference >= -half && difference < half ? outcome with { Verdict = Verdict.Inconclusive } : outcome;
    }
}
