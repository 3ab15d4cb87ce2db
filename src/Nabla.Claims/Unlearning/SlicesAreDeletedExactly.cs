using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Unlearning;
using Nabla.Procedures.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>Sliced training of adapters, a deletion, and the same training with the deleted slice's examples exchanged for others.</summary>
[Claim(
    "s3t/exact-and-absorbs",
    Says = "Deactivating the layers of a deleted slice gives the model that was never trained on it, bit for bit; more sequences absorb more deletions before everything must be trained anew.",
    Source = "arXiv:2406.16257, abstract and sections 3.2 and 3.3",
    Seconds = 2)]
internal sealed class SlicesAreDeletedExactly : Claim<SlicesAreDeletedExactly.Subject>
{
    private const int Slices = 4;
    private const int Examples = 80;

    /// <inheritdoc/>
    protected override Subject Method { get; } = new(SliceSchedule.Rotations, (service, examples) => service.Delete(examples));

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Subject> Defects { get; } = new Dictionary<string, Subject>
    {
        ["keeps-every-layer"] = new(SliceSchedule.Rotations, (_, _) => { }),
        ["one-order-for-all"] = new(
            (slices, count) => [.. Enumerable.Repeat(Enumerable.Range(0, slices).ToArray(), count)],
            (service, examples) => service.Delete(examples)),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Subject subject, ClaimContext context)
    {
        double exact = 0, moved = 0, lost = 0;
        var runs = context.Full ? 10 : 2;
        for (var k = 0; k < runs; k++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var (difference, change, error) = Compare(subject, context.Seed.Derive(k));
            exact = Math.Max(exact, difference);
            moved += change / runs;
            lost += error / runs;
        }

        int[] counts = [1, 2, 4, 8];
        double[] absorbed = [.. counts.Select(count => Absorbed(subject, count, context))];
        var grows = Enumerable.Range(1, counts.Length - 1).All(i => absorbed[i] > 1.1 * absorbed[i - 1]);
        return ClaimOutcome.Of(
            exact == 0 && moved > 0 && grows,
            [
                ("difference_to_never_trained", exact),
                ("change_by_the_deletion", moved),
                ("accuracy_lost_by_the_deletion", lost),
                .. counts.Zip(absorbed, (count, value) => ($"deletions_absorbed_by_{count}_sequences", value)),
            ]);
    }

    // The largest difference between the outputs after a deletion and those of training that never saw the slice's examples.
    private static (double Difference, double Change, double Lost) Compare(Subject subject, Seed seed)
    {
        ExampleRows Rows(string name, int count) => ColouredClasses.Draw(seed.Derive(name), seed, count, (_, _) => 0);
        ExampleRows rows = Rows("training", Examples), others = Rows("others", Examples), test = Rows("test", 500);
        SliceSchedule Schedule() => new(Examples, 1, Slices, subject.Sequences(Slices, 1), seed);
        // The slice at place 1: the stages from there on have read it.
        int[] deleted = [.. Schedule().Examples(0, 0, 1).Except(Schedule().Examples(0, 0, 0))];
        var exchanged = rows.With(others).Select([.. Enumerable.Range(0, Examples).Select(i => deleted.Contains(i) ? i + Examples : i)]);
        using var model = new SmoothPerceptron([ColouredClasses.Width, 32, 32, 32, ColouredClasses.Classes], seed);
        double[][] Outputs(ExampleRows data, bool alsoBefore)
        {
            var task = new ClassUnlearningTask(model, ColouredClasses.Classes, data, data);
            using var service = S3t.Train(
                model,
                ["layers.3", "layers.2", "layers.1", "layers.0"],
                examples => task.Loss(ExampleSet.Retain, examples),
                Schedule(),
                new S3tOptions { Rank = 8 },
                new UnlearningBudget { Optimizer = new AdamWOptions { LearningRate = 3e-3 }, Epochs = 15, BatchSize = 20, Seed = seed, Execution = new ExecutionOptions { Threads = 1 } });
            double[] Ask()
            {
                using var output = service.Output(_ => task.Forward(test, [.. Enumerable.Range(0, test.Count)]));
                return output.ToDoubles();
            }

            var before = alsoBefore ? Ask() : [];
            subject.Delete(service, deleted);
            return [Ask(), before];
        }

        var first = Outputs(rows, true);
        var second = Outputs(exchanged, false);
        double Accuracy(double[] outputs) => Enumerable.Range(0, test.Count).Average(row =>
            outputs.AsSpan(row * ColouredClasses.Classes, ColouredClasses.Classes).IndexOf(
                outputs.Skip(row * ColouredClasses.Classes).Take(ColouredClasses.Classes).Max()) == (int)test.Answers(row)[0] ? 1.0 : 0);
        return (
            first[0].Zip(second[0], (a, b) => Math.Abs(a - b)).Max(),
            first[0].Zip(first[1], (a, b) => Math.Abs(a - b)).Max(),
            Accuracy(first[1]) - Accuracy(first[0]));
    }

    private static double Absorbed(Subject subject, int sequences, ClaimContext context)
    {
        const int slices = 8;
        const int shards = 5;
        var trials = context.Full ? 2000 : 200;
        return Enumerable.Range(0, trials).Average(trial =>
        {
            var seed = context.Seed.Derive("absorbed").Derive(trial);
            return new SliceSchedule(20 * slices * shards, shards, slices, subject.Sequences(slices, sequences), seed).AbsorbAtRandom(new RandomStream(seed));
        });
    }

    /// <summary>What makes the sequences, and what deletes.</summary>
    internal sealed record Subject(Func<int, int, IReadOnlyList<int[]>> Sequences, Action<S3t, IReadOnlyList<int>> Delete);
}
