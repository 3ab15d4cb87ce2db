using System.Reflection;
using System.Runtime.CompilerServices;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Unlearning;
using Nabla.Procedures.Unlearning;
using Nabla.Testing;

namespace Nabla.Procedures.Tests.Unlearning;

/// <summary>Holds docs/unlearning-methods.md: its table has every method of its kind, and its examples run.</summary>
public sealed class MethodsDocumentTests
{
    [Fact]
    public void The_table_has_every_method()
    {
        var document = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "docs", "unlearning-methods.md"));
        string[] names =
        [
            .. typeof(LadderUnlearner).Assembly.GetTypes()
                .Where(type => type.IsAssignableTo(typeof(LadderUnlearner)) || type == typeof(T3) || type == typeof(Uld) || type == typeof(CeU) || type == typeof(GradientAscent)
                    || type == typeof(FirstEpochGa))
                .Select(type => type.GetCustomAttribute<MethodAttribute>()?.Name).OfType<string>(),
        ];
        Assert.True(names.Length >= 19, string.Join(", ", names));
        var table = document.Split('\n').Where(line => line.StartsWith('|')).ToArray();
        Assert.All(names, name => Assert.Contains(table, line => line.Contains($"`{name}`", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_examples_run()
    {
        using var scope = new TensorScope();
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "head.safetensors");
        using var model = TinyTask.Model();
        TokenExample[] forget = TinyTask.Examples("forget", 5, 3), retain = TinyTask.Examples("retain", 7, 4);
        IReadOnlyList<IReadOnlyList<int>> refusals = [[2, 3, 1]];
        var prompt = forget[0].Prompt;

        var task = new LanguageUnlearningTask(model, forget, retain, refusals);
        var budget = new UnlearningBudget { Optimizer = new AdamWOptions { LearningRate = 1e-3 }, Epochs = 10, BatchSize = 8, Seed = new Seed(1) };
        var result = new Npo(new NpoOptions { Alpha = 5 }).Forget(task, budget);
        Assert.Equal(EndingKind.Completed, result.Ending.Kind);

        Assert.Equal(10, new MarginOptions().Create().Forget(task, budget).Steps);

        result = new T3(new T3Options { Rank = 50, Temperature = 2.5 }).Forget(task, budget with { Epochs = 100 });
        using var scorer = (T3Scorer)result.Scorer!;
        var text = TokenGeneration.Generate(
            scorer, [prompt], new DecodingOptions { MaxNewTokens = 20 }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotEmpty(text[0]);
        T3Files.Save(path, scorer);
        using var again = T3Files.Load(path, model);
        Assert.Equal(scorer.Options, again.Options);

        result = new Uld(new UldOptions { Weight = 0.8 }).Forget(task, budget);
        using var difference = (UldScorer)result.Scorer!;
        Assert.Equal(0.8, difference.Weight);

        using var gradients = new FirstEpochGradients("transformer.wte.weight");
        for (var i = 0; i < forget.Length; i++)
        {
            gradients.Record(model, forget[i].Id, task.Loss(ExampleSet.Forget, [i]));
        }

        Assert.Single(new FirstEpochGa(new FirstEpochGaOptions { Gradients = gradients }).Forget(task, budget).ChangedParameters);
    }

    private static string Here([CallerFilePath] string file = "") => file;

    private sealed record MarginOptions : LadderOptions
    {
        public override IUnlearner Create() => new Margin(this);
    }

    private sealed class Margin(MarginOptions options) : LadderUnlearner(options)
    {
        protected override Tensor ForgetLoss(UnlearningBatch batch) => ForgetLosses.InvertedHinge(Forgotten(batch)).Square();
    }
}
