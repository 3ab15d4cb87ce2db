using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Models;
using Nabla.Problems.Tasks;
using Nabla.Procedures.Adaptation;

namespace Nabla.Experiments.Tests.MetaLearning;

/// <summary>Runs the examples of docs/meta-learning.md.</summary>
public sealed class MetaLearningDocumentTests
{
    private static readonly GptOptions s_sizes = new() { Layers = 1, Heads = 2, Width = 16, Context = 8, Vocabulary = 10 };

    [Fact]
    public void A_base_is_retrained_and_adapted_to_a_newcomer()
    {
        // Every person counts in steps of another size.
        static IReadOnlyList<int>[] Dialogues(int step) =>
            [.. Enumerable.Range(0, 20).Select(i => (IReadOnlyList<int>)[.. Enumerable.Range(0, 8).Select(j => (i + (j * step)) % 10)])];
        var dialogues = new[] { 1, 3, 7 }.Select(Dialogues).ToArray();
        var own = Dialogues(9);
        var newcomer = new SequenceTask("newcomer", own[5..], own[..5], 4, new Seed(1));
        using var model = new Gpt(s_sizes, new Seed(1));

        IAdaptationTask[] tasks = [.. dialogues.Select((own, i) => new SequenceTask($"person {i}", own[5..], own[..5], 4, new Seed(1)))];
        var method = new MetaLora(new MetaLoraOptions(), new LoraOptions { Rank = 2, Alpha = 4 });
        var before = tasks[0].Evaluate(model);
        using (var run = method.Begin(model, tasks, new AdamWOptions { LearningRate = 1e-2 }, seed: new Seed(1)))
        {
            var result = run.Run(new RetrainingStop { Rounds = 30 });
            Assert.Equal("All 30 rounds were made. 90 gradients.", $"{result.Ending.Advice} {result.Counts.Gradients} gradients.");
        }

        Assert.True(tasks[0].Evaluate(model) < before);
        var weights = Weights(model);
        using var adapter = new LoraAdapter(model, new LoraOptions { Rank = 2, Alpha = 4 }, new Seed(2));
        var adapted = TaskAdaptation.Adapt(
            model, adapter, newcomer, new AdamWOptions { LearningRate = 1e-2 }, new AdaptationStop { Steps = 30, EvaluateEvery = 10 });
        Assert.True(adapted.Last < adapted.Start, $"{adapted}");
        Assert.Equal(weights, Weights(model));
        Assert.Equal(adapted.Last, newcomer.Evaluate(model));

        adapter.Detach();
        var attentive = model;
        using var clover = new Clover(attentive, new CloverOptions { Redundant = 0.01 });
        Assert.InRange(clover.Dropped, 0, 2 * 2 * 8);
        var tuned = TaskAdaptation.Adapt(attentive, clover, newcomer, new AdamWOptions { LearningRate = 1e-2 }, new AdaptationStop { Steps = 30 });
        Assert.True(tuned.Last < tuned.Start, $"{tuned}");
        clover.Merge();
        Assert.Equal(tuned.Last, newcomer.Evaluate(attentive), 1e-4);
    }

    [Fact]
    public void Methods_that_look_at_other_points_are_refused()
    {
        using var model = new Gpt(s_sizes, new Seed(1));
        IReadOnlyList<int>[] own = [[1, 2, 3]];
        var error = Assert.Throws<OptionException>(() => new StandardRetraining(new()).Begin(
            model, [new SequenceTask("one", own, own, 1, default)], new WrappedOptions(new Nabla.Adapters.Perturbation.SamOptions(), new SgdOptions())));
        Assert.StartsWith(
            "The method asks for gradients at other points, which training on single tasks does not give.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_is_pretrained_on_random_computations()
    {
        using var model = new Gpt(s_sizes, new Seed(1));
        using (var training = UniversalPretraining.Begin(
            model, new UniversalPretrainingOptions { Length = 9, Buffer = 64 }, new AdamWOptions { LearningRate = 5e-3 }, new Seed(1)))
        {
            Assert.Equal("All 20 steps were made.", training.Run(20, TestContext.Current.CancellationToken).Advice);
            Assert.True(double.IsFinite(training.Loss));
        }
    }

    [Fact]
    public void The_study_of_personas_runs() => Assert.Equal(
        8, PersonaStudy.Run(new PersonaPlan { Gradients = 60, AdaptationSteps = 20 }, new Seed(1), cancellationToken: TestContext.Current.CancellationToken).Count);

    private static double[] Weights(Module model) => [.. model.Parameters.SelectMany(p => p.Value.Detach().ToDoubles())];
}
