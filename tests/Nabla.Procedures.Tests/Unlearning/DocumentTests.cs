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
        AssertShown();
    }

    // Every line of the document's code is a line of this file, but for the one that prints.
    private static void AssertShown([CallerFilePath] string file = "")
    {
        var document = File.ReadAllText(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", "docs", "unlearning-minnorm.md"));
        var code = document.Split("```csharp\n")[1].Split("```")[0];
        var own = File.ReadAllLines(file).Select(line => line.Trim()).ToHashSet();
        Assert.All(
            code.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("Console", StringComparison.Ordinal)),
            line => Assert.Contains(line.Trim(), own));
    }
}
