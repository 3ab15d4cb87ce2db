using Nabla.Experiments;

namespace Nabla.Claims.Adaptation.MetaLearning;

/// <summary>Retrains a small transformer on made personas by both methods and adapts both bases to personas not met.</summary>
[Claim(
    "meta-lora/unseen-personas",
    Says = "A small language model retrained by Meta-LoRA adapts to unseen tasks with lower loss than one retrained the standard way, with as many gradients.",
    Source = "arXiv:2410.22264, experiments on dialogues, scaled down",
    Seconds = 3.0,
    Expected = Verdict.Inconclusive)]
internal sealed class UnseenPersonas : Claim<UnseenPersonas.Subject>
{
    private const int Seeds = 5;

    // Two-sided 95 % of Student's t with four degrees of freedom.
    private const double Limit = 2.776;

    /// <inheritdoc/>
    protected override Subject Method { get; } = new(PersonaMethod.StandardRetraining, PersonaMethod.MetaLora);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Subject> Defects { get; } = new Dictionary<string, Subject>
    {
        ["baseline-not-retrained"] = new(PersonaMethod.None, PersonaMethod.MetaLora),
        ["method-not-retrained"] = new(PersonaMethod.StandardRetraining, PersonaMethod.None),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Subject subject, ClaimContext context)
    {
        var plan = context.Full
            ? new PersonaPlan { Ranks = [1] }
            : new PersonaPlan
            {
                Personas = 3,
                Unseen = 1,
                Samples = 400,
                HeldOut = 100,
                Layers = 1,
                Width = 16,
                Vocabulary = 16,
                Length = 12,
                Batch = 32,
                Gradients = 240,
                AdaptationSteps = 15,
                Rate = 1e-2,
                AdaptationRates = [1e-2],
                Ranks = [1],
            };
        var (ratios, baseline, method) = (new double[Seeds], new double[Seeds], new double[Seeds]);
        for (var i = 0; i < Seeds; i++)
        {
            context.Progress?.Report($"Seed {i + 1} of {Seeds}.");
            var outcomes = PersonaStudy.Run(
                plan with { Methods = [subject.Baseline, subject.Method] }, context.Seed.Derive(i), cancellationToken: context.CancellationToken);
            (baseline[i], method[i]) = (outcomes[0].Excess, outcomes[1].Excess);
            ratios[i] = Math.Log(baseline[i] / method[i]);
        }

        var mean = ratios.Average();
        var error = Math.Sqrt(ratios.Sum(r => (r - mean) * (r - mean)) / (Seeds - 1) / Seeds);
        var verdict = mean > Limit * error ? Verdict.Holds : mean < -Limit * error ? Verdict.Fails : Verdict.Inconclusive;
        return new ClaimOutcome(
            verdict,
            new Dictionary<string, double>
            {
                ["seeds"] = Seeds,
                ["mean_log_ratio_of_excess_losses"] = mean,
                ["standard_error"] = error,
                ["limit_in_standard_errors"] = Limit,
                ["excess_loss_after_standard_retraining"] = baseline.Average(),
                ["excess_loss_after_meta_lora"] = method.Average(),
            });
    }

    /// <summary>What takes the place of the baseline and of the method.</summary>
    internal sealed record Subject(PersonaMethod Baseline, PersonaMethod Method);
}
