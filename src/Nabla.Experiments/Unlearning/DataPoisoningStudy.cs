using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Unlearning;

namespace Nabla.Experiments.Unlearning;

/// <summary>A network learned a sine with false points and is to forget these: <see cref="DataPoisoning"/>.</summary>
public sealed class DataPoisoningStudy : UnlearningStudy
{
    /// <summary>The figure that is compared: the largest distance to the sine.</summary>
    public const string Error = "largest error";

    /// <summary>Width of both hidden layers; the paper has 300.</summary>
    public int Width { get; init; } = 300;

    /// <summary>Steps of training on all points; the paper has 100 000.</summary>
    public int TrainingSteps { get; init; } = 60_000;

    /// <summary>The method of training; the paper has AdamW at 0.001.</summary>
    public MethodOptions Training { get; init; } = new AdamWOptions { LearningRate = 1e-3 };

    private protected override UnlearningTrial Begin(Seed seed)
    {
        var data = DataPoisoning.Draw(seed);
        var model = Untrained(seed.Derive("model"));
        var everything = new RegressionUnlearningTask(model, data.Forget, data.Retain.With(data.Forget));
        using var optimizer = Optimizer.Create(ParameterGroups.Of(model).AssignRest(Training), new ExecutionOptions { Threads = 1 });
        var loss = RowsTraining.Train(everything, optimizer, TrainingSteps, everything.Retain.Count, seed, CancellationToken);
        var task = new RegressionUnlearningTask(model, data.Forget, data.Retain, Untrained);
        return new UnlearningTrial(
            task,
            new UnlearningBudget { Optimizer = Training, BatchSize = data.Retain.Count, Leads = ExampleSet.Retain },
            () => new Dictionary<string, double>
            {
                [Error] = DataPoisoning.LargestError(task),
                ["norm"] = Math.Sqrt(model.Parameters.Sum(p => p.Value.ToDoubles().Sum(x => x * x))),
                ["training loss"] = loss,
            });
    }

    private SmoothPerceptron Untrained(Seed seed) => new([1, Width, Width, 1], seed);
}
