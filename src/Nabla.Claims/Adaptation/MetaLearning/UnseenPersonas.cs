using Nabla.Experiments;

namespace Nabla.Claims.Adaptation.MetaLearning;

/// <summary>
/// Retrains a small transformer on made personas by all methods and adapts every base to personas not met. The quick setting compares
/// with standard retraining alone, with fewer gradients.
/// </summary>
[Claim(
    "meta-lora/unseen-personas",
    Says = "A small language model retrained by Meta-LoRA adapts to unseen tasks with lower loss than one retrained the standard way, by Reptile, by first-order MAML or by MAML, with as many gradients.",
    Source = "arXiv:2410.22264, experiments on dialogues, scaled down",
    Seconds = 6.0)]
internal sealed class UnseenPersonas : Claim<UnseenPersonas.Subject>
{
    private static readonly PersonaMethod[] s_others = [PersonaMethod.Reptile, PersonaMethod.Fomaml, PersonaMethod.Maml];

    private static readonly PersonaPlan s_quick = new()
    {
        Unseen = 3,
        PersonaSize = 0.7,
        SharedSize = 0.7,
        Samples = 500,
        UnseenSamples = 400,
        HeldOut = 100,
        Length = 16,
        Batch = 16,
        Gradients = 900,
        InnerSteps = 1,
        AdaptationSteps = 100,
        AdaptationRates = [3e-2],
        Ranks = [1],
    };

    /// <inheritdoc/>
    protected override Subject Method { get; } = new(PersonaMethod.StandardRetraining, PersonaMethod.MetaLora);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Subject> Defects { get; } = new Dictionary<string, Subject>
    {
        ["adapters-left-out"] = new(PersonaMethod.StandardRetraining, PersonaMethod.StandardRetraining),
        ["method-not-retrained"] = new(PersonaMethod.StandardRetraining, PersonaMethod.None),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Subject subject, ClaimContext context)
    {
        var seeds = context.Full ? 5 : 4;
        PersonaMethod[] baselines = [subject.Baseline, .. context.Full ? s_others : []];
        PersonaMethod[] references = context.Full ? [PersonaMethod.None, PersonaMethod.TrueBase] : [];
        var plan = (context.Full ? new PersonaPlan() : s_quick) with { Methods = [.. new[] { subject.Method }.Concat(baselines).Concat(references).Distinct()] };
        var runs = new List<IReadOnlyList<PersonaOutcome>>();
        for (var i = 0; i < seeds; i++)
        {
            context.Progress?.Report($"Seed {i + 1} of {seeds}.");
            runs.Add(PersonaStudy.Run(plan, context.Seed.Derive(i), cancellationToken: context.CancellationToken));
        }

        double[] Losses(PersonaMethod method, int rank) => [.. runs.Select(run => run.Single(o => o.Method == method && o.Rank == rank).Excess)];
        var figures = new Dictionary<string, double>(StringComparer.Ordinal) { ["seeds"] = seeds };
        foreach (var method in plan.Methods)
        {
            foreach (var rank in plan.Ranks)
            {
                figures[$"excess_loss_after_{Name(method)}_with_rank_{rank}"] = Losses(method, rank).Average();
            }
        }

        // At the personas' own rank.
        var tests = baselines.Select(baseline => (baseline, Ratios: new PairedRatios(Losses(baseline, 1), Losses(subject.Method, 1)))).ToArray();
        foreach (var (baseline, ratios) in tests)
        {
            figures["mean_log_ratio_of_losses_to_" + Name(baseline)] = ratios.Mean;
            figures["standard_error_to_" + Name(baseline)] = ratios.Error;
            figures["limit_in_standard_errors"] = ratios.Limit;
        }

        return new ClaimOutcome(
            tests.All(test => test.Ratios.Verdict == Verdict.Holds) ? Verdict.Holds
                : tests.Any(test => test.Ratios.Verdict == Verdict.Fails) ? Verdict.Fails
                : Verdict.Inconclusive,
            figures);
    }

    private static string Name(PersonaMethod method) => method switch
    {
        PersonaMethod.None => "no_retraining",
        PersonaMethod.StandardRetraining => "standard_retraining",
        PersonaMethod.MetaLora => "meta_lora",
        PersonaMethod.TrueBase => "the_true_base",
        _ => method.ToString().ToLowerInvariant(),
    };

    /// <summary>What takes the place of standard retraining and of the method.</summary>
    internal sealed record Subject(PersonaMethod Baseline, PersonaMethod Method);
}
