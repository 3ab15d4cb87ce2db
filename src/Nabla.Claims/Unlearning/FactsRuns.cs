using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Claims.Unlearning;

/// <summary>Runs of methods of unlearning on learned facts.</summary>
internal static class FactsRuns
{
    /// <summary>Runs a method on all facts at once until a condition holds, or for some steps.</summary>
    /// <returns>What is known of both sets then, the steps made, and whether the condition held.</returns>
    public static Outcome Until(
        UnlearnerOptions options, MethodOptions optimizer, Seed seed, int forgotten, int steps, Func<FactsModel.Knowledge, bool> reached)
    {
        using var facts = LearnedFacts.Copy(seed, forgotten);
        using var stop = new CancellationTokenSource();
        var outcome = new Outcome(facts.Of(ExampleSet.Forget), facts.Of(ExampleSet.Retain), 0, false);
        options.Create().Forget(facts.Task, Budget(optimizer, seed, steps, forgotten, stop.Token), (in UnlearningStep step) =>
        {
            var forget = facts.Of(ExampleSet.Forget);
            outcome = new Outcome(forget, facts.Of(ExampleSet.Retain), step.Step, reached(forget));
            if (outcome.Reached)
            {
                stop.Cancel();
            }
        });
        return outcome;
    }

    /// <summary>A budget of one step an epoch, on one thread.</summary>
    public static UnlearningBudget Budget(MethodOptions optimizer, Seed seed, int steps, int forgotten, CancellationToken token = default) => new()
    {
        Optimizer = optimizer,
        Epochs = steps,
        BatchSize = forgotten * LearnedFacts.Attributes,
        Seed = seed.Derive("unlearning"),
        Execution = new ExecutionOptions { Threads = 1 },
        CancellationToken = token,
    };

    /// <summary>Where a run stood.</summary>
    internal sealed record Outcome(FactsModel.Knowledge Forget, FactsModel.Knowledge Retain, long Steps, bool Reached);
}
