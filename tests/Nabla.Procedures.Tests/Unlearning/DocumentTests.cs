using System.Runtime.CompilerServices;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Unlearning;
using Nabla.Procedures.Unlearning;

namespace Nabla.Procedures.Tests.Unlearning;

public sealed class DocumentTests
{
    [Fact]
    public void The_example_of_the_document_runs()
    {
        var data = DataPoisoning.Draw(new Seed(1));
        var (forget, retain) = (data.Forget, data.Retain);
        using var model = new SmoothPerceptron([1, 10, 10, 1], new Seed(2));
        var task = new RegressionUnlearningTask(model, forget, retain);
        var result = new MinNormOgOptions { RegCoef = 0.1, RegCoefDecay = 0.9, NumGdEpochs = 50, ProjPd = 2 }.Create().Forget(
            task,
            new UnlearningBudget
            {
                Optimizer = new AdamWOptions { LearningRate = 1e-3 },
                Epochs = 100,
                BatchSize = retain.Count,
                Leads = ExampleSet.Retain,
            });
        Assert.Equal("completed", result.Ending.Key);
        Assert.Equal(25, result.Figures["projections"]);
        AssertShown(0);
    }

    [Fact]
    public void The_example_of_training_in_slices_runs()
    {
        using var model = new SmoothPerceptron([2, 8, 8, 2], new Seed(1));
        var random = new RandomStream(new Seed(2));
        var rows = new ExampleRows([.. Enumerable.Range(0, 48).Select(_ => (float)random.NextGaussian())], 2, [.. Enumerable.Range(0, 24).Select(i => i % 2f)]);
        var task = new ClassUnlearningTask(model, 2, rows, rows);
        using var service = S3t.Train(
            model,
            ["layers.2", "layers.1", "layers.0"],
            rows.Count,
            examples => task.Loss(ExampleSet.Retain, examples),
            new S3tOptions { Shards = 2, Sequences = 3, Rank = 2 },
            new UnlearningBudget { Optimizer = new AdamWOptions { LearningRate = 1e-2 }, Epochs = 20, BatchSize = 8, Seed = new Seed(3) });
        using var answers = service.Output(_ => task.Forward(rows, [0, 1, 2]));
        var ending = service.Delete([4, 17]);
        Assert.True(ending.IsSuccess);
        Assert.Equal(2, service.Schedule.Deleted);
        using var fewer = service.Output(_ => task.Forward(rows, [0, 1, 2]));
        Assert.Equal([3L, 2L], answers.Shape);
        Assert.NotEqual(answers.ToDoubles(), fewer.ToDoubles());
        AssertShown(1);
    }

    [Fact]
    public void The_example_of_forgetting_a_class_runs()
    {
        using var teacher = new GaussianRings();
        using var fake = new DenoisingPerceptron(width: 2, classes: 4, hidden: 64, spread: 1.5, new Seed(1));
        using var generator = new DenoisingPerceptron(width: 2, classes: 4, hidden: 64, spread: 1.5, new Seed(2));
        var method = new ScoreForgetting(new ScoreForgettingOptions { LabelToForget = 0, LabelToOverride = 1, SgForgetCoef = 1, GForgetCoef = 1 });
        var ended = method.Forget(teacher, fake, generator, new ScoreForgettingBudget { Optimizer = new AdamOptions { Beta1 = 0 }, Steps = 600 });
        using var samples = ScoreForgetting.Sample(generator, [0, 1, 2], new RandomStream(new Seed(1)), time: 0.44);
        Assert.True(ended.Ending.IsSuccess);
        Assert.Equal([3L, 2L], samples.Shape);
        AssertShown(2);
    }

    // Every line of the document's code is a line of this file, but for the one that prints.
    private static void AssertShown(int example, [CallerFilePath] string file = "")
    {
        var document = File.ReadAllText(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", "docs", "unlearning-minnorm.md"));
        var code = document.Split("```csharp\n")[1 + example].Split("```")[0];
        var own = File.ReadAllLines(file).Select(line => line.Trim()).ToHashSet();
        Assert.All(
            code.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("Console", StringComparison.Ordinal)),
            line => Assert.Contains(line.Trim(), own));
    }
}
