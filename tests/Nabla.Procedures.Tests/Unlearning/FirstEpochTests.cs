using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Unlearning;
using Nabla.Procedures.Unlearning;
using Nabla.Testing;

namespace Nabla.Procedures.Tests.Unlearning;

public sealed class FirstEpochTests
{
    private const string Embedding = "transformer.wte.weight";

    private static readonly UnlearningBudget s_budget = new() { Optimizer = new SgdOptions { LearningRate = 0.1 } };

    [Fact]
    public void Gradients_of_the_first_pass_are_added_back_to_one_layer_once()
    {
        using var scope = new TensorScope();
        using var model = TinyTask.Model();
        var task = TinyTask.Of(model);
        using var gradients = Record(model, task);
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "gradients.safetensors");
        gradients.Save(path);
        using var read = FirstEpochGradients.Load(path);
        Assert.Equal(task.Count(ExampleSet.Forget), read.Examples.Count);
        double[] sum = new double[TinyTask.Vocabulary * 8];
        for (var i = 0; i < 5; i++)
        {
            (task.Loss(ExampleSet.Forget, [i]) * 0.2).Backward();
            var parameter = model.Parameters.First(p => p.Name == Embedding);
            sum = [.. sum.Zip(parameter.Gradient!.ToDoubles(), (s, g) => s + g)];
            model.Parameters.ToList().ForEach(p => p.Value.Gradient = null);
        }

        var before = model.Parameters.ToDictionary(p => p.Name, p => p.Value.ToDoubles());
        var steps = 0;
        var result = new FirstEpochGa(new FirstEpochGaOptions { Gradients = read }).Forget(task, s_budget, (in UnlearningStep _) => steps++);
        Assert.Equal((1, 1L, RetainNeed.None), (steps, result.Steps, new FirstEpochGa().Needs));
        Assert.Equal([Embedding], result.ChangedParameters);
        foreach (var parameter in model.Parameters.Where(p => p.Name != Embedding))
        {
            Assert.Equal(before[parameter.Name], parameter.Value.ToDoubles());
        }

        var expected = before[Embedding].Zip(sum, (w, g) => w + (0.1 * g));
        Assert.All(
            expected.Zip(model.Parameters.First(p => p.Name == Embedding).Value.ToDoubles()),
            pair => Assert.Equal(pair.First, pair.Second, 1e-14));
        Assert.All(model.Parameters, p => Assert.Null(p.Gradient));
    }

    [Fact]
    public void A_second_reading_is_added_to_the_first()
    {
        using var scope = new TensorScope();
        using var model = TinyTask.Model();
        var task = TinyTask.Of(model);
        using FirstEpochGradients once = new(Embedding), twice = new(Embedding);
        once.Record(model, "a", task.Loss(ExampleSet.Forget, [0]) * 2.0);
        twice.Record(model, "a", task.Loss(ExampleSet.Forget, [0]));
        twice.Record(model, "a", task.Loss(ExampleSet.Forget, [0]));
        double[] Step(FirstEpochGradients gradients)
        {
            using var fresh = TinyTask.Model();
            var one = new LanguageUnlearningTask(fresh, [TinyTask.Examples("a", 1, 1)[0] with { Id = "a" }], []);
            new FirstEpochGa(new FirstEpochGaOptions { Gradients = gradients }).Forget(one, s_budget);
            return TinyTask.Weights(fresh);
        }

        Assert.Equal(Step(once), Step(twice));
    }

    [Fact]
    public void Missing_gradients_are_told()
    {
        using var scope = new TensorScope();
        using var model = TinyTask.Model();
        var task = TinyTask.Of(model);
        void Says(string sentence, FirstEpochGradients? gradients, LanguageUnlearningTask of)
        {
            var failure = Assert.Throws<ArgumentException>(
                () => new FirstEpochGaOptions { Gradients = gradients }.Create().Forget(of, s_budget));
            Assert.Contains(sentence, failure.Message, StringComparison.Ordinal);
        }

        Says("'first-epoch-ga' takes back gradients of the first pass of training and was given none.", null, task);
        using var gradients = Record(model, task);
        Says("No gradient of 'other 0' was kept in training", gradients, new LanguageUnlearningTask(model, TinyTask.Examples("other", 1, 9), []));
        using FirstEpochGradients elsewhere = new("nowhere");
        Says("The model has no parameter 'nowhere'", elsewhere, task);
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "other.safetensors");
        SafeTensors.Write(path, []);
        Assert.Contains("is no record of gradients", Assert.Throws<FormatException>(() => FirstEpochGradients.Load(path)).Message, StringComparison.Ordinal);
    }

    private static FirstEpochGradients Record(Module model, LanguageUnlearningTask task)
    {
        FirstEpochGradients gradients = new(Embedding);
        for (var i = 0; i < task.Count(ExampleSet.Forget); i++)
        {
            using var scope = new TensorScope();
            gradients.Record(model, task.Example(ExampleSet.Forget, i).Id, task.Loss(ExampleSet.Forget, [i]) * 0.2);
            Assert.All(model.Parameters, p => Assert.Null(p.Gradient));
        }

        return gradients;
    }
}
