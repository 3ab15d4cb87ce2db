using Nabla.Problems.Objectives;
using Nabla.Procedures.FirstOrder;

namespace Nabla.Claims.FirstOrder.Procedures;

/// <summary>The implicit step against the best of many fixed ones, when its derivatives are paid for.</summary>
/// <remarks>
/// Here a derivative of a sample along a direction counts like a gradient of the sample, so that the implicit step
/// costs half as much again as a fixed one. The mutants spoil what it is compared with.
/// </remarks>
[Claim(
    "ai-sarah/beats-tuned-sarah",
    Says = "With no step size given, AI-SARAH reaches a lower gradient norm on logistic regression than tuned SARAH after as many effective passes.",
    Source = "arXiv:2102.09700, abstract",
    Seconds = 0.5,
    Expected = Verdict.Fails)]
internal sealed class ImplicitStepBeatsTuning : Claim<int>
{
    /// <summary>How often the smallest step tried for SARAH may be doubled.</summary>
    protected override int Method => 10;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, int> Defects { get; } =
        new Dictionary<string, int> { ["sarah-tuned-over-tiny-steps-only"] = -5 };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(int subject, ClaimContext context)
    {
        var seeds = context.Full ? 10 : 4;
        var count = context.Full ? 4000 : 800;
        const int dimension = 10;
        const int passes = 15;
        var ratios = new List<double>();
        for (var s = 0; s < seeds; s++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var seed = context.Seed.Derive(s);
            var data = SyntheticData.Draw(seed.Derive("data"), count, SyntheticData.Deviations(dimension, 5), 1);
            var problem = new LinearModelLoss(data.Rows, data.Labels, LossKind.Logistic, 1.0 / count);
            var options = new AiSarahOptions { BatchSize = 32 };
            var tuned = SarahRuns.Tuned(options, problem, passes, SarahRuns.Smoothness(data), seed, subject);
            ratios.Add(Math.Log(SarahRuns.Norm(options, problem, problem, passes, true, seed) / tuned));
        }

        var mean = ratios.Average();
        var error = Math.Sqrt(ratios.Sum(r => (r - mean) * (r - mean)) / (seeds - 1) / seeds);
        var outcome = ClaimOutcome.Of(
            mean < 0,
            ("norm_ratio", Math.Exp(mean)),
            ("norm_ratio_low", Math.Exp(mean - (2 * error))),
            ("norm_ratio_high", Math.Exp(mean + (2 * error))));
        return Math.Abs(mean) < 2 * error ? outcome with { Verdict = Verdict.Inconclusive } : outcome;
    }
}
