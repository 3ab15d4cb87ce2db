using System.Text.Json;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Unlearning;
using Nabla.Procedures.Adaptation;
using Nabla.Procedures.Unlearning;
using Nabla.Testing;

namespace Nabla.Procedures.Tests.Unlearning;

/// <summary>Unlearning from logit difference: formulas, the resting base, generation with caches, files.</summary>
public sealed class UldTests
{
    private static readonly JsonElement s_golden = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(GoldenVector.Folder, "uld", "difference.json"))).RootElement;

    [Fact]
    public void Differences_and_the_uniform_loss_are_those_of_an_independent_program()
    {
        using var scope = new TensorScope();
        Tensor logits = Rows(s_golden.GetProperty("base")), assistant = Rows(s_golden.GetProperty("assistant"));
        foreach (var one in s_golden.GetProperty("cases").EnumerateArray())
        {
            var made = UldScorer.Difference(logits, assistant, one.GetProperty("weight").GetDouble(), one.GetProperty("filter").GetDouble());
            Drawn.Close(Rows(one.GetProperty("expected")).ToDoubles(), made.ToDoubles(), 1e-12);
        }

        Assert.Equal(s_golden.GetProperty("from_uniform").GetDouble(), Uld.FromUniform(assistant).Item(), 1e-12);
        Assert.Equal(0, Uld.FromUniform(Tensor.Ones([2, 7], DType.Float64)).Item(), 1e-14);
    }

    [Fact]
    public void The_assistant_remembers_what_is_to_go_and_the_difference_forgets_it_while_the_base_rests()
    {
        using var model = TinyTask.Model();
        var task = TinyTask.Of(model);
        var weights = TinyTask.Weights(model);
        var before = Loss(model, task, ExampleSet.Forget);
        var result = Run(task, new UldOptions { Weight = 1, TopLogitFilter = 0, RetainWeight = 1 });
        using var scorer = (UldScorer)result.Scorer!;
        Assert.Equal(EndingKind.Completed, result.Ending.Kind);
        Assert.Empty(result.ChangedParameters);
        Assert.Equal(weights, TinyTask.Weights(model));
        Assert.All(model.Parameters, p => Assert.True(p.Value.RequiresGrad));
        Assert.False(scorer.Assistant.IsAttached);
        scorer.Assistant.Attach();
        double remembers = Loss(model, task, ExampleSet.Forget), knows = Loss(model, task, ExampleSet.Retain);
        scorer.Assistant.Detach();
        Assert.True(remembers < before - 0.5, $"{remembers} {before}");
        // Uniform on what is kept.
        Assert.Equal(Math.Log(TinyTask.Vocabulary), knows, 0.5);
        var forgets = Loss(scorer, task, ExampleSet.Forget);
        Assert.True(forgets > before + 0.5, $"{forgets} {before}");
        Assert.Equal(before, Loss(model, task, ExampleSet.Forget));
    }

    [Fact]
    public void Without_weight_the_scorer_is_the_base()
    {
        using var model = TinyTask.Model();
        using var scorer = (UldScorer)Run(TinyTask.Of(model), new UldOptions { Weight = 0 }).Scorer!;
        using var tokens = Tensor.From<long>([3L, 5, 2, 9], 1, 4);
        using var own = ((ISequenceScorer)model).ScoreAll(tokens);
        using var made = scorer.ScoreAll(tokens);
        Assert.Equal(own.ToDoubles(), made.ToDoubles());
    }

    [Fact]
    public void Steps_with_caches_and_padding_are_a_whole_pass()
    {
        using var model = TinyTask.Model();
        using var scorer = (UldScorer)Run(TinyTask.Of(model), new UldOptions { TopLogitFilter = 0.3 }).Scorer!;
        IReadOnlyList<int>[] prompts = [[3, 5, 2], [7]];
        var made = TokenGeneration.Generate(
            scorer, prompts, new DecodingOptions { MaxNewTokens = 5 }, cancellationToken: TestContext.Current.CancellationToken);
        for (var row = 0; row < prompts.Length; row++)
        {
            List<int> all = [.. prompts[row]];
            foreach (var token in made[row])
            {
                using var scope = new TensorScope();
                var logits = scorer.ScoreAll(Tensor.From<long>([.. all.Select(t => (long)t)], 1, all.Count)).Select(1, all.Count - 1);
                Assert.Equal(logits.Argmax(1).Item(), token);
                all.Add(token);
            }
        }
    }

    [Fact]
    public void A_written_assistant_comes_back_and_another_base_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var model = TinyTask.Model();
        using var scorer = (UldScorer)Run(TinyTask.Of(model), new UldOptions { Weight = 0.7, TopLogitFilter = 0.2 }).Scorer!;
        Assert.Null(SavedScorers.Describe(folder.Path));
        Assert.Null(SavedScorers.Load(folder.Path, model));
        scorer.Save(folder.Path);
        Assert.Contains("assistant", SavedScorers.Describe(folder.Path), StringComparison.Ordinal);
        using (var again = (UldScorer)SavedScorers.Load(folder.Path, model)!)
        {
            Assert.Equal((0.7, 0.2), (again.Weight, again.TopLogitFilter));
            using var tokens = Tensor.From<long>([3L, 5, 2, 9], 1, 4);
            using var first = scorer.ScoreAll(tokens);
            using var second = again.ScoreAll(tokens);
            Drawn.Close(first.ToDoubles(), second.ToDoubles(), 1e-12);
        }

        using var other = TinyTask.Model(2);
        Assert.Contains("another model", Assert.Throws<FormatException>(() => UldFiles.Load(folder.Path, other)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder.Path, "uld", "uld.json"), "{\"weight\": 1}");
        Assert.Contains("is damaged", Assert.Throws<FormatException>(() => UldFiles.Load(folder.Path, model)).Message, StringComparison.Ordinal);
        SavedScorers.Delete(folder.Path);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "uld")));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var model = TinyTask.Model();
        using var linear = new LinearTask(4, 2);
        Assert.Contains("works on language models", Assert.Throws<ArgumentException>(() => new Uld().Forget(linear.Task, LinearTask.Budget(1))).Message, StringComparison.Ordinal);
        LoraAdapter Adapter() => new(model, new LoraOptions { Rank = 2 }, new Seed(1));
        using var adapter = Adapter();
        Assert.Throws<ArgumentOutOfRangeException>(() => new UldScorer(model, adapter, -1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UldScorer(model, adapter, 1, 1));
        Assert.Contains("predicts no tokens", Assert.Throws<ArgumentException>(() => new UldScorer(linear.Linear, adapter, 1, 0)).Message, StringComparison.Ordinal);
    }

    private static UnlearningResult Run(IUnlearningTask task, UldOptions options) => options.Create().Forget(
        task, new UnlearningBudget { Optimizer = new AdamWOptions { LearningRate = 0.02, WeightDecay = 0 }, Epochs = 60, BatchSize = 5, Seed = new Seed(4) });

    private static double Loss(ISequenceScorer scorer, LanguageUnlearningTask task, ExampleSet set)
    {
        double sum = 0;
        var tokens = 0;
        for (var i = 0; i < task.Count(set); i++)
        {
            using var scope = new TensorScope();
            using var mode = GradMode.Disable();
            var example = task.Example(set, i);
            long[] all = [.. example.Prompt.Concat(example.Answer).SkipLast(1).Select(t => (long)t)];
            var logs = scorer.ScoreAll(Tensor.From<long>(all, 1, all.Length)).LogSoftmax(-1).ToDoubles();
            for (var t = 0; t < example.Answer.Count; t++)
            {
                sum -= logs[((example.Prompt.Count - 1 + t) * TinyTask.Vocabulary) + example.Answer[t]];
                tokens++;
            }
        }

        return sum / tokens;
    }

    private static Tensor Rows(JsonElement rows) => Tensor.From<double>(
        [.. rows.EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(v => v.GetDouble())], rows.GetArrayLength(), rows[0].GetArrayLength());
}
