using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Models;
using Nabla.Problems.Unlearning;
using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>Fine-tuning of a dense and of a pruned classifier, each against retraining of its own kind, where a tenth of the rows is to be forgotten.</summary>
[Claim(
    "unlearn-sparse/nearer-to-retraining",
    Says = "Pruned first, a model fine-tuned on what is kept is nearer to retraining in its accuracy on the forgotten and in what a membership attack finds than a dense one, at similar accuracy.",
    Source = "arXiv:2304.04934, abstract and Table 3",
    Seconds = 3)]
internal sealed class PrunedModelsRememberLess : Claim<Func<IUnlearner>>
{
    private const double MostLost = 0.05;

    /// <inheritdoc/>
    protected override Func<IUnlearner> Method { get; } = new UnlearnSparseOptions { Rate = 0.9 }.Create;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<IUnlearner>> Defects { get; } = new Dictionary<string, Func<IUnlearner>>
    {
        ["prunes-nothing"] = new UnlearnSparseOptions { Rate = 0 }.Create,
        ["prunes-everything"] = new UnlearnSparseOptions { Rate = 0.999 }.Create,
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<IUnlearner> subject, ClaimContext context)
    {
        var seeds = context.Full ? 10 : 2;
        double[] dense = new double[3], sparse = new double[3];
        for (var k = 0; k < seeds; k++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            Add(dense, Gaps(new FineTuningOptions().Create, context.Seed.Derive(k)), seeds);
            Add(sparse, Gaps(subject, context.Seed.Derive(k)), seeds);
        }

        return ClaimOutcome.Of(
            sparse[0] < dense[0] && sparse[1] < dense[1] && sparse[2] >= dense[2] - MostLost,
            ("forget_accuracy_gap_dense", dense[0]),
            ("forget_accuracy_gap_sparse", sparse[0]),
            ("membership_gap_dense", dense[1]),
            ("membership_gap_sparse", sparse[1]),
            ("test_accuracy_dense", dense[2]),
            ("test_accuracy_sparse", sparse[2]),
            ("most_accuracy_lost", MostLost));
    }

    private static void Add(double[] sums, double[] values, int count)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += values[i] / count;
        }
    }

    // What fine-tuning leaves against retraining of the same kind: accuracy on the forgotten, membership, test accuracy.
    private static double[] Gaps(Func<IUnlearner> method, Seed seed)
    {
        ExampleRows Rows(string name, int count) => ColouredClasses.Draw(seed.Derive(name), seed, count, (_, _) => 0);
        ExampleRows forget = Rows("forget", 60), retain = Rows("retain", 540), test = Rows("test", 2000);
        (double Forget, double Membership, double Test) Run(ExampleRows first)
        {
            using var model = new Mlp([ColouredClasses.Width, 128, 128, ColouredClasses.Classes], seed);
            // Trained, pruned and trained again on the rows of the first; then fine-tuned on those to keep.
            var begun = new ClassUnlearningTask(model, ColouredClasses.Classes, forget, first);
            new FineTuningOptions().Create().Forget(begun, Budget(seed, 15));
            method().Forget(begun, Budget(seed.Derive("again"), 15));
            var task = new ClassUnlearningTask(model, ColouredClasses.Classes, forget, retain);
            method().Forget(task, Budget(seed.Derive("forgetting"), 5));
            return (task.Accuracy(forget), Membership(task, forget, test), task.Accuracy(test));
        }

        var tuned = Run(retain.With(forget));
        var retrained = Run(retain);
        return [Math.Abs(tuned.Forget - retrained.Forget), Math.Abs(tuned.Membership - retrained.Membership), tuned.Test];
    }

    // How often a forgotten row has a smaller loss than a fresh one: 0.5 where nobody can tell them apart.
    private static double Membership(ClassUnlearningTask task, ExampleRows members, ExampleRows others)
    {
        using var mode = GradMode.Disable();
        using var scope = new TensorScope();
        double[] Losses(ExampleRows rows)
        {
            var scored = task.Score(rows, [.. Enumerable.Range(0, rows.Count)]);
            return scored.Logits.CrossEntropyLoss(scored.Targets, reduction: 0).ToDoubles();
        }

        double[] own = Losses(members), other = Losses(others);
        return own.Average(a => other.Average(b => a < b ? 1 : a == b ? 0.5 : 0));
    }

    private static UnlearningBudget Budget(Seed seed, int epochs) => new()
    {
        Optimizer = new AdamWOptions { LearningRate = 2e-3 },
        Epochs = epochs,
        BatchSize = 60,
        Leads = ExampleSet.Retain,
        Seed = seed,
        Execution = new ExecutionOptions { Threads = 1 },
    };
}
