using System.Text;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Tasks;

namespace Nabla.Problems.Tests;

[Collection("text corpora")]
public sealed class TextTaskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nabla-text-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void First_loss_is_that_of_a_uniform_guess()
    {
        using var task = Small();
        using var scope = new TensorScope();
        using var batch = task.NextBatch();
        Assert.Equal(Math.Log(256), task.Loss(batch).Item(), 0.05);
        Assert.Equal(Math.Log(256), task.Evaluate(), 0.05);
        Assert.Equal(4 * 16, batch.Items);
        Assert.Equal([4L, 16L], batch.Inputs.Shape);
    }

    [Fact]
    public void Targets_are_the_inputs_one_byte_later()
    {
        using var task = Small();
        using var batch = task.NextBatch();
        var inputs = batch.Inputs.ToArray<long>();
        var targets = batch.Targets.ToArray<long>();
        for (var row = 0; row < 4; row++)
        {
            Assert.Equal(inputs[((row * 16) + 1)..((row + 1) * 16)], targets[(row * 16)..(((row + 1) * 16) - 1)]);
        }
    }

    [Fact]
    public void Resumed_task_has_the_same_weights_and_gives_the_same_batches()
    {
        using var task = Small();
        for (var i = 0; i < 3; i++)
        {
            task.NextBatch().Dispose();
        }

        foreach (var parameter in task.Model.Parameters)
        {
            parameter.Value.AsSpan<float>()[0] += 1;
        }

        var writer = new StateWriter();
        task.Save(writer);
        using var resumed = Small(seed: 5);
        resumed.Load(StateReader.Of(writer));
        Assert.All(task.Model.Parameters.Zip(resumed.Model.Parameters), pair => Assert.Equal(
            pair.First.Value.ToArray<float>(), pair.Second.Value.ToArray<float>()));
        // The split is the seed's, so the windows compare only with the same one.
        using var same = Small();
        same.Load(StateReader.Of(writer));
        for (var i = 0; i < 3; i++)
        {
            using var expected = task.NextBatch();
            using var actual = same.NextBatch();
            Assert.Equal(expected.Inputs.ToArray<long>(), actual.Inputs.ToArray<long>());
        }

        Assert.Equal(task.Evaluate(), same.Evaluate());
    }

    [Fact]
    public void State_of_another_size_is_refused_and_changes_nothing()
    {
        using var task = Small();
        var writer = new StateWriter();
        task.Save(writer);
        using var wider = (TextTask)LearningTasks.Create("text", Options() with { Width = 16 });
        var before = wider.Model.Parameters[0].Value.ToArray<float>();
        var error = Assert.Throws<CheckpointException>(() => wider.Load(StateReader.Of(writer)));
        Assert.Contains("model.transformer.wte.weight", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, wider.Model.Parameters[0].Value.ToArray<float>());
    }

    [Fact]
    public void Evaluation_repeats_restores_the_mode_and_moves_no_data()
    {
        using var task = (TextTask)LearningTasks.Create("text", Options() with { Dropout = 0.5 });
        var writer = new StateWriter();
        task.Save(writer);
        Assert.Equal(task.Evaluate(), task.Evaluate());
        Assert.True(task.Model.Training);
        var after = new StateWriter();
        task.Save(after);
        Assert.Equal(writer.Values, after.Values);
    }

    [Fact]
    public void Training_beats_the_unigram_entropy_of_a_regular_text()
    {
        using var task = Small();
        for (var step = 0; step < 150; step++)
        {
            using var scope = new TensorScope();
            using var batch = task.NextBatch();
            task.Loss(batch).Backward();
            foreach (var parameter in task.Model.Parameters)
            {
                var gradient = parameter.Gradient!.AsSpan<float>();
                var value = parameter.Value.AsSpan<float>();
                for (var i = 0; i < value.Length; i++)
                {
                    value[i] -= 0.01f * Math.Sign(gradient[i]);
                    gradient[i] = 0;
                }
            }
        }

        Assert.True(task.Evaluate() < 0.8 * task.Baselines["unigram entropy"]);
    }

    [Fact]
    public void Wrong_choices_get_a_sentence()
    {
        Assert.Contains("'txt'", Assert.Throws<DataException>(() => LearningTasks.Create("txt", new TaskOptions())).Message, StringComparison.Ordinal);
        Assert.Contains("batch size is 0", Assert.Throws<DataException>(() => LearningTasks.Create("text", Options() with { BatchSize = 0 })).Message, StringComparison.Ordinal);
        Assert.Contains("number of heads", Assert.Throws<DataException>(() => LearningTasks.Create("text", Options() with { Heads = 3 })).Message, StringComparison.Ordinal);
        Assert.Contains("no file or folder", Assert.Throws<DataException>(() => LearningTasks.Create("text", new TaskOptions { DataPath = Path.Combine(_folder, "none") })).Message, StringComparison.Ordinal);
    }

    private TaskOptions Options()
    {
        var path = Path.Combine(_folder, "text.txt");
        if (!File.Exists(path))
        {
            var random = new RandomStream(new Seed(3));
            var text = new StringBuilder();
            string[] words = ["alpha ", "beta ", "gamma\n"];
            while (text.Length < 20_000)
            {
                text.Append(words[random.NextInt(3)]);
            }

            File.WriteAllText(path, text.ToString());
        }

        return new TaskOptions { DataPath = path, BatchSize = 4, Layers = 1, Heads = 2, Width = 8, Context = 16 };
    }

    private TextTask Small(long seed = 1) => (TextTask)LearningTasks.Create("text", Options() with { Seed = seed });
}
