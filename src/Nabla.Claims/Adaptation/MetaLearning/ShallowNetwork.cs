using Nabla.Experiments;
using Nabla.Procedures.Adaptation;

namespace Nabla.Claims.Adaptation.MetaLearning;

/// <summary>The published comparison in a network of one hidden layer: both bases, then the same adapter on the same few samples.</summary>
[Claim(
    "meta-lora/shallow-network",
    Says = "In a network of one hidden layer an adapter of the planted rank errs less on a new task from the base of Meta-LoRA than from that of standard retraining: a tendency over seeds, not of each.",
    Source = "arXiv:2410.22264, experiments in the shallow network",
    Seconds = 4.0)]
internal sealed class ShallowNetwork : Claim<ShallowNetwork.Subject>
{
    private const int Seeds = 8;

    /// <inheritdoc/>
    protected override Subject Method { get; } = new(Meta, Standard);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Subject> Defects { get; } = new Dictionary<string, Subject>
    {
        ["adapters-left-out"] = new(Standard, Standard),
        ["methods-exchanged"] = new(Standard, Meta),
        ["method-not-retrained"] = new(_ => null, Standard),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Subject subject, ClaimContext context)
    {
        // The quick setting has fewer samples and steps, and three tasks alone.
        ShallowPlan[] plans = context.Full
            ? [new(), new() { Tasks = 5 }]
            : [new() { Samples = 300, TestSamples = 1000, RetrainingSteps = 800, AdaptationSteps = 200, Rate = 0.05 }];
        var (baseline, method) = (new List<double>(), new List<double>());
        var figures = new Dictionary<string, double>(StringComparer.Ordinal) { ["seeds"] = Seeds };
        foreach (var plan in plans)
        {
            for (var i = 0; i < Seeds; i++)
            {
                context.Progress?.Report($"{plan.Tasks} tasks, seed {i + 1} of {Seeds}.");
                var errors = ShallowStudy.Run(
                    plan, [subject.Baseline(plan), subject.Method(plan)], context.Seed.Derive(i), context.CancellationToken);
                baseline.Add(errors[0]);
                method.Add(errors[1]);
            }

            void Add(string name, List<double> all)
            {
                double[] own = [.. all.TakeLast(Seeds)];
                figures[$"median_error_after_{name}_with_{plan.Tasks}_tasks"] = Sample.Median(own);
                figures[$"least_error_after_{name}_with_{plan.Tasks}_tasks"] = own.Min();
                figures[$"largest_error_after_{name}_with_{plan.Tasks}_tasks"] = own.Max();
            }

            Add("meta_lora", method);
            Add("standard_retraining", baseline);
        }

        var ratios = new PairedRatios(baseline, method);
        foreach (var (name, value) in ratios.Figures)
        {
            figures[name] = value;
        }

        return new ClaimOutcome(ratios.Verdict, figures);
    }

    private static MetaLora Meta(ShallowPlan plan) => new(new() { Schedule = RetrainingSchedule.Summed }, ShallowStudy.Adapter(plan));

    private static StandardRetraining Standard(ShallowPlan plan) => new(new() { Schedule = RetrainingSchedule.Summed });

    /// <summary>What takes the place of the method and of the baseline; null leaves the base as it began.</summary>
    internal sealed record Subject(Func<ShallowPlan, IRetrainingMethod?> Method, Func<ShallowPlan, IRetrainingMethod?> Baseline);
}
