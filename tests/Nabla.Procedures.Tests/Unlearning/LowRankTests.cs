using System.Text.Json;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Procedures.Adaptation;
using Nabla.Procedures.Unlearning;
using Nabla.Testing;

namespace Nabla.Procedures.Tests.Unlearning;

public sealed class LowRankTests
{
    [Fact]
    public void Factors_are_those_of_an_independent_program_and_leave_what_was_dropped()
    {
        using var scope = new TensorScope();
        var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(GoldenVector.Folder, "unlearning-losses", "fila.json"))).RootElement;
        Tensor Matrix(string name)
        {
            double[][] rows = [.. golden.GetProperty(name).EnumerateArray().Select(row => row.EnumerateArray().Select(x => x.GetDouble()).ToArray())];
            return Tensor.From<double>([.. rows.SelectMany(row => row)], rows.Length, rows[0].Length);
        }

        double[] r = [.. golden.GetProperty("rows").EnumerateArray().Select(x => x.GetDouble())];
        var weights = Tensor.From<double>(r, r.Length);
        var scale = golden.GetProperty("scale").GetDouble();
        var (a, b) = FisherStart.Factors(Matrix("weight"), weights, golden.GetProperty("rank").GetInt32(), scale);
        var product = b.Mm(a) * scale;
        Assert.All(Matrix("product").ToDoubles().Zip(product.ToDoubles()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        // The guard of 1e-5 in the rows keeps the identity from being exact.
        var left = (weights.Unsqueeze(1) * (Matrix("weight") - product)).Square().Sum().Item();
        Assert.Equal(1, left / golden.GetProperty("dropped").GetDouble(), 1e-3);
    }

    [Fact]
    public void Importance_is_the_mean_square_of_batch_gradients_weighed_by_tokens()
    {
        using var model = TinyTask.Model();
        var task = TinyTask.Of(model);
        IReadOnlyList<Parameter> weights = [model.Parameters.First(p => p.Name.EndsWith("c_fc.weight", StringComparison.Ordinal))];
        var expected = new double[weights[0].Value.ElementCount];
        var tokens = 0;
        foreach (var examples in new[] { new[] { 0, 1 }, [2, 3], [4] })
        {
            using var scope = new TensorScope();
            model.Parameters.ToList().ForEach(p => p.Value.Gradient = null);
            task.Loss(ExampleSet.Forget, examples).Backward();
            var count = examples.Sum(i => task.Answer(ExampleSet.Forget, i).Count);
            tokens += count;
            expected = [.. expected.Zip(weights[0].Gradient!.ToDoubles(), (sum, g) => sum + (g * g * count))];
        }

        using var importance = FisherStart.Importance(task, ExampleSet.Forget, weights, 2)[0];
        Assert.All(expected.Zip(importance.ToDoubles()), pair => Assert.Equal(pair.First / tokens, pair.Second, 1e-15));
        Assert.All(model.Parameters, p => Assert.Null(p.Gradient));
    }

    [Fact]
    public void The_start_leaves_the_function_and_moves_what_matters_into_the_factors()
    {
        using var scope = new TensorScope();
        using var model = TinyTask.Model();
        var task = TinyTask.Of(model);
        double[] Output() => task.Score(ExampleSet.Retain, [0, 1, 2]).Logits.ToDoubles();
        double[] before = Output(), weights = TinyTask.Weights(model);
        using var adapter = new LoraAdapter(model, new LoraOptions { Rank = 2, Alpha = 4 }, new Seed(1));
        FisherStart.Set(adapter, task, 2);
        Assert.NotEqual(before, Output());
        adapter.Attach();
        Assert.All(before.Zip(Output()), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        adapter.Merge();
        Assert.All(weights.Zip(TinyTask.Weights(model)), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.All(adapter.Layers, layer => Assert.Contains(layer.B.Value.ToDoubles(), x => Math.Abs(x) > 1e-3));
    }

    [Theory]
    [InlineData(LowRankStart.Fisher)]
    [InlineData(LowRankStart.Random)]
    public void Adapters_are_trained_and_merged_and_all_else_rests(LowRankStart start)
    {
        using var model = TinyTask.Model();
        var task = TinyTask.Of(model);
        using var scope = new TensorScope();
        var before = model.Parameters.ToDictionary(p => p.Name, p => p.Value.ToDoubles());
        List<double> losses = [];
        double[] watched = [];
        double[] Output() => task.Score(ExampleSet.Forget, [0, 1, 2]).Logits.ToDoubles();
        var options = new LokuOptions { Rank = 50, LoraAlpha = 100, Start = start };
        var result = options.Create().Forget(
            task,
            new UnlearningBudget { Optimizer = new AdamWOptions { LearningRate = 0.01 }, Epochs = 30, BatchSize = 5, Seed = new Seed(1) },
            (in UnlearningStep step) =>
            {
                losses.Add(step.Loss);
                watched = Output();
            });
        Assert.True(losses[^1] < losses[0], $"from {losses[0]} to {losses[^1]}");
        Assert.All(watched.Zip(Output()), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.Equal(8, result.ChangedParameters.Count);
        // Ranks of 50 are more than the matrices of 8 × 24, 8 × 8, 8 × 32 and 32 × 8 have.
        Assert.Equal(2 * 8 * (32 + 16 + 40 + 40), result.Figures["adapter_parameters"]);
        foreach (var parameter in model.Parameters)
        {
            Assert.True(parameter.Value.RequiresGrad);
            Assert.Null(parameter.Gradient);
            Assert.Equal(!result.ChangedParameters.Contains(parameter.Name), before[parameter.Name].SequenceEqual(parameter.Value.ToDoubles()));
        }

        Assert.All(model.AdaptableLayers, layer => Assert.Null(layer.Adapter));
    }

    [Fact]
    public void A_run_that_breaks_off_leaves_the_model_whole()
    {
        using var model = TinyTask.Model();
        var task = TinyTask.Of(model);
        var before = TinyTask.Weights(model);
        var budget = new UnlearningBudget { Optimizer = new SgdOptions { LearningRate = 1e-12 }, Epochs = 1, BatchSize = 5 };
        Assert.Throws<InvalidOperationException>(() => new Loku(new LokuOptions { Rank = 4 }).Forget(
            task, budget, (in UnlearningStep _) => throw new InvalidOperationException("stopped")));
        Assert.All(before.Zip(TinyTask.Weights(model)), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.All(model.AdaptableLayers, layer => Assert.Null(layer.Adapter));
        Assert.All(model.Parameters, p => Assert.True(p.Value.RequiresGrad));
        var failure = Assert.Throws<ArgumentException>(
            () => new Loku(new LokuOptions { Retain = RetainLoss.None }).Forget(TinyTask.Of(model, retain: 0), budget));
        Assert.StartsWith("'loku' compares what matters to forget with what matters to keep, and was given nothing to keep.", failure.Message, StringComparison.Ordinal);
    }
}
