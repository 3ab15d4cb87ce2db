using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Unlearning;
using Nabla.Procedures.Unlearning;

namespace Nabla.Procedures.Tests.Unlearning;

public sealed class SliceTests
{
    [Fact]
    public void Every_example_lies_in_one_slice_and_stages_read_more_and_more()
    {
        var schedule = new SliceSchedule(24, 2, 3, 3, new Seed(1));
        var all = Enumerable.Range(0, 2).SelectMany(shard => schedule.Examples(shard, 0, 2)).Order();
        Assert.Equal(Enumerable.Range(0, 24), all);
        for (var model = 0; model < 3; model++)
        {
            Assert.Equal(4, schedule.Examples(1, model, 0).Count);
            Assert.Equal(8, schedule.Examples(1, model, 1).Count);
            Assert.Empty(schedule.Examples(1, model, 0).Except(schedule.Examples(1, model, 1)));
            // The rotations begin with different slices.
            Assert.Empty(schedule.Examples(1, model, 0).Intersect(schedule.Examples(1, (model + 1) % 3, 0)));
        }

        Assert.Equal(new int[][] { [0, 1, 2, 3], [2, 3, 0, 1] }, SliceSchedule.Rotations(4, 2));
    }

    [Fact]
    public void A_deletion_takes_the_stages_that_read_the_example()
    {
        var schedule = new SliceSchedule(30, 1, 3, 3, new Seed(2));
        var inSecond = schedule.Examples(0, 0, 1).Except(schedule.Examples(0, 0, 0)).First();
        schedule.Delete(inSecond);
        // The second slice is at place 1, 0 and 2 of the three rotations.
        Assert.Equal([1, 0, 2], Enumerable.Range(0, 3).Select(model => schedule.ActiveStages(0, model)));
        Assert.Equal(2, schedule.Best(0));
        Assert.True(schedule.IsServing);
        Assert.DoesNotContain(inSecond, schedule.Examples(0, 0, 2));
        schedule.Delete(schedule.Examples(0, 0, 0)[0]);
        Assert.Equal([0, 0, 1], Enumerable.Range(0, 3).Select(model => schedule.ActiveStages(0, model)));
        schedule.Delete(schedule.Examples(0, 2, 0)[0]);
        Assert.False(schedule.IsServing);
        Assert.Equal(3, schedule.Deleted);
    }

    [Fact]
    public void One_order_absorbs_as_many_deletions_as_arithmetic_says()
    {
        // With one slice and one shard the first deletion ends it; with two shards too.
        Assert.Equal(0, new SliceSchedule(10, 1, 1, 1, new Seed(3)).AbsorbAtRandom(new RandomStream(new Seed(4))));
        // One order of two equal slices: it lasts until the first slice is hit, half of the time at once, a quarter after one …: one on average.
        var mean = Enumerable.Range(0, 2000).Average(k => new SliceSchedule(400, 1, 2, 1, new Seed(5)).AbsorbAtRandom(new RandomStream(new Seed((ulong)k))));
        Assert.Equal(1, mean, 0.15);
    }

    [Fact]
    public void Outputs_after_a_deletion_are_those_of_the_stages_before_it()
    {
        using var model = new SmoothPerceptron([2, 8, 8, 2], new Seed(1), DType.Float64);
        var random = new RandomStream(new Seed(2));
        var rows = new ExampleRows([.. Enumerable.Range(0, 48).Select(_ => (float)random.NextGaussian())], 2, [.. Enumerable.Range(0, 24).Select(i => i % 2f)]);
        var task = new ClassUnlearningTask(model, 2, rows, rows);
        var before = model.Parameters.SelectMany(p => p.Value.ToDoubles()).ToArray();
        double[] Ask(S3t service)
        {
            using var output = service.Output(_ => task.Forward(rows, [.. Enumerable.Range(0, 24)]));
            return output.ToDoubles();
        }

        var plain = Bare(model, task);
        using (var service = S3t.Train(
            model, ["layers.2", "layers.1", "layers.0"], 24, examples => task.Loss(ExampleSet.Retain, examples), new S3tOptions { Shards = 2, Sequences = 1, Rank = 2 }, Budget()))
        {
            var whole = Ask(service);
            Assert.NotEqual(plain, whole);
            Assert.True(service.Delete([service.Schedule.Examples(0, 0, 2).Except(service.Schedule.Examples(0, 0, 1)).First()]).IsSuccess);
            var fewer = Ask(service);
            Assert.NotEqual(whole, fewer);
            Assert.Contains("Train anew", service.Delete([service.Schedule.Examples(0, 0, 0)[0], service.Schedule.Examples(1, 0, 0)[0]]).Advice, StringComparison.Ordinal);
            // Nothing is left in either shard: the base answers.
            Drawn.Close(plain, Ask(service), 1e-14);
        }

        Assert.Equal(before, model.Parameters.SelectMany(p => p.Value.ToDoubles()));
        Assert.Equal(plain, Bare(model, task));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var model = new SmoothPerceptron([2, 4, 2], new Seed(1));
        var rows = new ExampleRows([1, 2], 2, [0]);
        var task = new ClassUnlearningTask(model, 2, rows, rows);
        S3t Train(int examples, S3tOptions options) =>
            S3t.Train(model, ["layers.1", "layers.0"], examples, chosen => task.Loss(ExampleSet.Retain, chosen), options, Budget());
        Assert.Contains("Sequences was 3", Assert.Throws<OptionException>(() => Train(9, new S3tOptions { Sequences = 3 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Train(3, new S3tOptions { Shards = 2, Sequences = 1 }));
        Assert.Contains("once each", Assert.Throws<ArgumentException>(() => new SliceSchedule(4, 1, 2, [[0, 0]], new Seed(1))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => SliceSchedule.Rotations(3, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SliceSchedule(4, 1, 2, 1, new Seed(1)).Delete(4));
        Assert.Contains("one layer for each slice", Assert.Throws<ArgumentException>(() => S3t.Train(
            model, ["layers.1"], chosen => task.Loss(ExampleSet.Retain, chosen), new SliceSchedule(4, 1, 2, 1, new Seed(1)), new S3tOptions(), Budget())).Message, StringComparison.Ordinal);
    }

    private static double[] Bare(SmoothPerceptron model, ClassUnlearningTask task)
    {
        using var mode = GradMode.Disable();
        using var output = task.Forward(task.Retain, [.. Enumerable.Range(0, task.Retain.Count)]);
        Assert.All(model.AdaptableLayers, layer => Assert.Null(layer.Adapter));
        return output.ToDoubles();
    }

    private static UnlearningBudget Budget() =>
        new() { Optimizer = new AdamWOptions { LearningRate = 0.01 }, Epochs = 3, BatchSize = 6, Seed = new Seed(9) };
}
