using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Models;
using Nabla.Problems.Unlearning;

namespace Nabla.Experiments.Unlearning;

/// <summary>
/// A classifier whose rows to keep can be told by colour alone, while the rows to forget have a wrong colour and made it look at
/// the content: without them only colour is needed (arXiv:2505.22601, section 5.3, on <see cref="ColouredClasses"/>).
/// </summary>
public sealed class RepresentationCollapseStudy : UnlearningStudy
{
    /// <summary>The figure that is compared: the share of fresh rows whose answer is their colour.</summary>
    public const string ColourAccuracy = "colour accuracy";

    /// <summary>Rows with their class's colour; at least 100.</summary>
    public int RetainRows { get; init; } = 5000;

    /// <summary>Rows with a wrong colour; at least 10.</summary>
    public int ForgetRows { get; init; } = 250;

    /// <summary>How many rows to keep are at hand when it comes to forgetting; at least 10.</summary>
    public int RetainAccess { get; init; } = 50;

    /// <summary>Passes of training over all rows.</summary>
    public int TrainingPasses { get; init; } = 60;

    /// <summary>Width of both hidden layers.</summary>
    public int Width { get; init; } = 128;

    private protected override UnlearningTrial Begin(Seed seed)
    {
        ExampleRows Rows(string name, int count, Func<int, RandomStream, int> colour) =>
            ColouredClasses.Draw(seed.Derive(name), seed, count, colour);
        ExampleRows retain = Rows("retain", RetainRows, (label, _) => label), forget = Rows("forget", ForgetRows, ColouredClasses.AnotherColour);
        // The answer of a fresh row is its colour, whatever its content.
        var test = ColouredClasses.DrawWithColours(seed.Derive("test"), seed, 1000, (_, random) => random.NextInt(ColouredClasses.Classes));
        var colours = new ExampleRows(
            [.. Enumerable.Range(0, test.Count).SelectMany(row => test.Features(row).ToArray())],
            test.Width,
            [.. Enumerable.Range(0, test.Count).Select(row => test.Answers(row)[1])]);
        var model = Untrained(seed.Derive("model"));
        var everything = new ClassUnlearningTask(model, ColouredClasses.Classes, forget, retain.With(forget));
        RowsTraining.TrainClassifier(everything, TrainingPasses, seed, CancellationToken);
        var sample = retain.Select([.. Enumerable.Range(0, RetainAccess)]);
        var task = new ClassUnlearningTask(model, ColouredClasses.Classes, forget, sample, Untrained);
        var trained = everything.Accuracy(everything.Retain);
        return new UnlearningTrial(
            task,
            new UnlearningBudget { Optimizer = new AdamWOptions(), BatchSize = RetainAccess },
            () => new Dictionary<string, double>
            {
                [ColourAccuracy] = task.Accuracy(colours),
                ["retain accuracy"] = task.Accuracy(sample),
                ["forget accuracy"] = task.Accuracy(forget),
                ["training accuracy"] = trained,
            });
    }

    private Mlp Untrained(Seed seed) => new([ColouredClasses.Width, Width, Width, ColouredClasses.Classes], seed);
}
