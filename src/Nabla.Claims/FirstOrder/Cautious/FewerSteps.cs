using Nabla.Claims.FirstOrder.Networks;
using Nabla.Core;

namespace Nabla.Claims.FirstOrder.Cautious;

/// <summary>Cautious AdamW and cautious Lion on a tiny transformer, each beside the bare method at the same rate.</summary>
[Claim(
    "cautious/fewer-steps",
    Says = "Over AdamW and over Lion a tiny transformer reaches the bare method's final loss in fewer steps.",
    Source = "arXiv:2411.16085, abstract, on language models; here one layer on made-up text",
    Seconds = 3,
    Expected = Verdict.Inconclusive)]
internal sealed class FewerSteps : CautiousClaim
{
    private const int Steps = 60;
    private const int Batch = 4;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<MethodOptions, MethodOptions> subject, ClaimContext context)
    {
        var seeds = context.Full ? 20 : 5;
        var figures = new List<(string, double)>();
        var verdict = Verdict.Holds;
        foreach (var (name, inner) in Inners(1e-2, 3e-3))
        {
            double[] ours = new double[seeds], theirs = new double[seeds];
            for (var s = 0; s < seeds; s++)
            {
                var seed = context.Seed.Derive($"seed {s}");
                var bare = TinyGpt.Train(inner, seed, Steps, Batch, context);
                var target = NetworkRun.Last(bare, 10);
                theirs[s] = NetworkRun.StepsTo(bare, target);
                ours[s] = NetworkRun.StepsTo(
                    TinyGpt.Train(subject(inner), seed, Steps + (Steps / 4), Batch, context), target);
            }

            var (difference, half) = NetworkRun.PairedInterval(ours, theirs);
            figures.Add(($"{name}_steps", ours.Average()));
            figures.Add(($"{name}_bare_steps", theirs.Average()));
            figures.Add(($"{name}_difference", difference));
            figures.Add(($"{name}_half_of_the_interval", half));
            // What the seeds could have made says nothing.
            verdict = verdict == Verdict.Fails || difference >= half ? Verdict.Fails
                : difference >= -half ? Verdict.Inconclusive
                : verdict;
        }

        return ClaimOutcome.Of(true, [.. figures]) with { Verdict = verdict };
    }
}
