using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Models;
using Nabla.Problems.Unlearning;
using Nabla.Procedures.Unlearning;

namespace Nabla.Procedures.Tests.Unlearning;

public sealed class SparseAndSingleTests
{
    [Fact]
    public void A_single_gradient_changes_one_layer_by_a_multiple_of_its_gradient()
    {
        using var model = Trained(out var task);
        var before = model.Parameters.Select(p => p.Value.ToDoubles()).ToArray();
        double[][] gradients;
        using (var scope = new TensorScope())
        {
            task.Loss(ExampleSet.Forget, [.. Enumerable.Range(0, 20)]).Backward();
            gradients = [.. model.Parameters.Select(p => p.Gradient!.ToDoubles())];
            foreach (var parameter in model.Parameters)
            {
                parameter.Value.Gradient = null;
            }
        }

        // Batches of seven, so that the mean over all has to be put together.
        var result = new SingleGradientOptions().Create().Forget(task, LinearTask.Budget(1, batch: 7));
        Assert.Equal("target-reached", result.Ending.Key);
        var name = Assert.Single(result.ChangedParameters);
        for (var p = 0; p < before.Length; p++)
        {
            var now = model.Parameters[p].Value.ToDoubles();
            if (model.Parameters[p].Name != name)
            {
                Assert.Equal(before[p], now);
                continue;
            }

            Assert.EndsWith("weight", name, StringComparison.Ordinal);
            Drawn.Close([.. before[p].Zip(gradients[p], (x, g) => x + (result.Figures["step size"] * g))], now, 1e-9);
        }

        Assert.Equal(0, task.Accuracy(task.Forget));
        Assert.Equal(result.Figures["accuracy on the kept"], task.Accuracy(task.Retain), 12);
        Assert.True(result.Figures["accuracy on the kept"] > 0.7);
        Assert.All(model.Parameters, p => Assert.Null(p.Gradient));
    }

    [Fact]
    public void The_front_leaves_out_layers_that_another_beats_in_both()
    {
        var parameter = new Parameter("w", Tensor.Ones([1]).Release(), ParameterRoles.Matrix);
        LayerScore Layer(double importance, double alignment) => new(parameter, parameter.Value, importance, alignment);
        LayerScore[] layers = [Layer(1, 0.1), Layer(5, 0.5), Layer(3, 0.6), Layer(2, 0.3), Layer(0.5, 0.2)];
        Assert.Equal([5, 2, 1], LayerScore.Front(layers).Select(layer => layer.Importance));
        parameter.Dispose();
    }

    [Fact]
    public void A_target_that_no_step_reaches_is_told()
    {
        using var model = Trained(out var task);
        var steps = 0;
        var result = new SingleGradientOptions { Evaluations = 1 }.Create().Forget(task, LinearTask.Budget(1), (in UnlearningStep _) => steps++);
        Assert.Equal((long)result.Figures["layers on the front"], result.Steps);
        Assert.Equal(result.Steps, steps);
        if (result.Figures["accuracy on the forgotten"] > 0)
        {
            Assert.Equal("budget-exhausted", result.Ending.Key);
        }

        Assert.Contains(
            "topK",
            Assert.Throws<ArgumentException>(() => new SingleGradientOptions { TopK = 4 }.Create().Forget(task, LinearTask.Budget(1))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(0.95)]
    public void What_is_pruned_is_the_smallest_and_stays_zero(double rate)
    {
        using var model = Trained(out var task);
        Parameter[] weights = [.. model.Parameters.Where(p => p.Role == ParameterRoles.Matrix)];
        var sizes = weights.SelectMany(p => p.Value.ToDoubles()).Select(Math.Abs).ToArray();
        var limit = rate == 0 ? -1 : sizes.Order().ElementAt((int)(rate * sizes.Length) - 1);
        var result = new UnlearnSparseOptions { Rate = rate }.Create().Forget(task, LinearTask.Budget(3, 0.05, 0.9, batch: 20));
        var now = weights.SelectMany(p => p.Value.ToDoubles()).ToArray();
        Assert.Equal(sizes.Select(size => size <= limit), now.Select(x => x == 0));
        Assert.Equal(rate, result.Figures["share pruned"], 0.01);
        Assert.All(model.Parameters.Where(p => p.Role == ParameterRoles.Head), p => Assert.All(p.Value.ToDoubles(), x => Assert.NotEqual(0, x)));
    }

    [Fact]
    public void Without_pruning_it_is_descent_and_absolute_values_fade_evenly()
    {
        using var linear = new LinearTask(5, 3);
        new UnlearnSparseOptions { Rate = 0, Alpha = 0.2 }.Create().Forget(linear.Task, LinearTask.Budget(4, 0.01));
        var theta = linear.Start;
        foreach (var weight in new[] { 0.2, 0.15, 0.1, 0.05 })
        {
            var gradient = LinearTask.Gradient(linear.Retain, theta);
            theta = [.. theta.Zip(gradient, (x, g) => x - (0.01 * (g + (weight * Math.Sign(x)))))];
        }

        Drawn.Close(theta, linear.Theta);
    }

    // Four clouds of points, the last class to be forgotten.
    private static Mlp Trained(out ClassUnlearningTask task)
    {
        var random = new RandomStream(new Seed(5));
        ExampleRows Rows(int count, Func<int, int> label)
        {
            var centers = new[] { (2, 2), (-2, 2), (2, -2), (-2, -2) };
            float[] x = [.. Enumerable.Range(0, count).SelectMany(i => new[]
            {
                (float)(centers[label(i)].Item1 + (0.5 * random.NextGaussian())), (float)(centers[label(i)].Item2 + (0.5 * random.NextGaussian())),
            })];
            return new ExampleRows(x, 2, [.. Enumerable.Range(0, count).Select(i => (float)label(i))]);
        }

        var model = new Mlp([2, 20, 20, 4], new Seed(6), DType.Float64);
        ExampleRows forget = Rows(20, _ => 3), retain = Rows(60, i => i % 3);
        var all = new ClassUnlearningTask(model, 4, forget, retain.With(forget));
        new FineTuningOptions().Create().Forget(all, LinearTask.Budget(60, 0.05, 0.9, batch: 20));
        Assert.Equal(1, all.Accuracy(all.Retain));
        task = new ClassUnlearningTask(model, 4, forget, retain);
        return model;
    }
}
