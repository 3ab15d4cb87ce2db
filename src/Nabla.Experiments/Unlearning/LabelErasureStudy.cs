using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Models;
using Nabla.Problems.Unlearning;

namespace Nabla.Experiments.Unlearning;

/// <summary>
/// A classifier with two heads, content and colour, saw all rows to keep in the first colour ("gray") and those to forget in
/// two others. Without these it would call everything gray (arXiv:2505.22601, section 5.2, on <see cref="ColouredClasses"/>).
/// </summary>
public sealed class LabelErasureStudy : UnlearningStudy
{
    /// <summary>How much of the other colours is left: the mean of (1 - P(gray))² over fresh rows in all colours; 0 is best.</summary>
    public const string ForgetError = "forget error";

    /// <summary>The share of fresh gray rows with both answers right; 1 is best.</summary>
    public const string RetainQuality = "retain quality";

    private const int Gray = 0;
    private const int Colours = 3;

    /// <summary>Gray rows; at least 100.</summary>
    public int RetainRows { get; init; } = 3000;

    /// <summary>Rows in the other colours; at least 10.</summary>
    public int ForgetRows { get; init; } = 300;

    /// <summary>How many gray rows are at hand when it comes to forgetting; at least 10.</summary>
    public int RetainAccess { get; init; } = 50;

    /// <summary>Passes of training over all rows.</summary>
    public int TrainingPasses { get; init; } = 20;

    /// <summary>Width of both hidden layers.</summary>
    public int Width { get; init; } = 128;

    private protected override UnlearningTrial Begin(Seed seed)
    {
        ExampleRows Rows(string name, int count, Func<int, RandomStream, int> colour) =>
            ColouredClasses.DrawWithColours(seed.Derive(name), seed, count, colour);
        ExampleRows retain = Rows("retain", RetainRows, (_, _) => Gray), forget = Rows("forget", ForgetRows, (_, random) => 1 + random.NextInt(Colours - 1));
        ExampleRows gray = Rows("gray", 1000, (_, _) => Gray), all = Rows("all", 1000, (_, random) => random.NextInt(Colours));
        var model = Untrained(seed.Derive("model"));
        var everything = new ClassUnlearningTask(model, ColouredClasses.Classes, forget, retain.With(forget)) { LogitLimit = 30 };
        RowsTraining.TrainClassifier(everything, TrainingPasses, seed, CancellationToken);
        var sample = retain.Select([.. Enumerable.Range(0, RetainAccess)]);
        var task = new ClassUnlearningTask(model, ColouredClasses.Classes, forget, sample, Untrained) { LogitLimit = 30 };
        return new UnlearningTrial(
            task,
            new UnlearningBudget { Optimizer = new AdamWOptions(), BatchSize = RetainAccess },
            () => new Dictionary<string, double>
            {
                [ForgetError] = ErrorOf(task, all),
                [RetainQuality] = task.Accuracy(gray),
            });
    }

    private static double ErrorOf(ClassUnlearningTask task, ExampleRows rows)
    {
        using var mode = GradMode.Disable();
        using var scope = new TensorScope();
        var scored = task.Score(rows, [.. Enumerable.Range(0, rows.Count)]);
        // The second head of each row is the colour.
        var probabilities = scored.Logits.Reshape(rows.Count, 2, task.Classes).Select(1, 1).Softmax(1).Select(1, Gray);
        return (1 - probabilities).Square().Mean().Item();
    }

    private Mlp Untrained(Seed seed) => new([ColouredClasses.Width, Width, Width, 2 * ColouredClasses.Classes], seed);
}
