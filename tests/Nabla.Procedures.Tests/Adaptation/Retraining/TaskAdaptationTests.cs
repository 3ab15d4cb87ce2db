using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Procedures.Adaptation;

namespace Nabla.Procedures.Tests.Adaptation;

public sealed class TaskAdaptationTests
{
    private const int Size = 3;

    [Fact]
    public void An_adapter_of_the_right_rank_fits_the_task_and_the_base_keeps_its_bits()
    {
        using var model = RetrainingTests.Base();
        var before = RetrainingTests.Weights(model);
        double[] u = [1, -0.5, 2];
        double[] truth = [.. before.Select((w, i) => w + (u[i / Size] * u[i % Size]))];
        using var task = new MatrixTask("new", truth, Size);
        using var adapter = new LoraAdapter(model, new LoraOptions { Rank = 1, Alpha = 1 }, new Seed(3));
        var result = TaskAdaptation.Adapt(model, adapter, task, new AdamWOptions { LearningRate = 0.05, WeightDecay = 0 }, new() { Steps = 400, EvaluateEvery = 50 });
        Assert.Equal(0.5 * Math.Pow(u.Sum(x => x * x), 2), result.Start, 10);
        Assert.True(result.Last < 1e-6, result.Last.ToString("R"));
        Assert.Equal((EndingKind.Completed, 400), (result.Ending.Kind, result.Steps));
        Assert.True(result.Ending.BestValue <= result.Last);
        Assert.True(adapter.IsAttached);
        Assert.Equal(before, RetrainingTests.Weights(model));
        Assert.True(model.Weight.Value.RequiresGrad);
        Assert.Null(model.Weight.Gradient);
    }

    [Fact]
    public void The_best_step_is_told_beside_the_last()
    {
        // Too high a rate: the loss falls at first, then grows.
        using var model = RetrainingTests.Base();
        using var task = new MatrixTask("new", RetrainingTests.Draw(1, Size * Size), Size, hasHead: true);
        using var adapter = new LoraAdapter(model, new LoraOptions { Rank = 1, Alpha = 1 }, new Seed(3));
        var result = TaskAdaptation.Adapt(model, adapter, task, new SgdOptions { LearningRate = 0.8 }, new() { Steps = 200, EvaluateEvery = 1 });
        Assert.Equal(EndingKind.NonFinite, result.Ending.Kind);
        Assert.Contains($"at step {result.Steps + 1}; the step was not made. Lower the learning rate.", result.Ending.Advice, StringComparison.Ordinal);
        Assert.InRange(result.Ending.BestStep!.Value, 0, result.Steps - 1);
        Assert.True(result.Ending.BestValue < result.Last);
    }

    [Fact]
    public void Heads_are_trained_too_and_wrong_limits_refused()
    {
        using var model = RetrainingTests.Base();
        using var task = new MatrixTask("new", RetrainingTests.Draw(1, Size * Size), Size, hasHead: true);
        using var adapter = new LoraAdapter(model, new LoraOptions { Rank = 1 }, new Seed(3));
        TaskAdaptation.Adapt(model, adapter, task, new SgdOptions { LearningRate = 0.01 }, new() { Steps = 2 });
        Assert.All(task.Parameters[0].Value.Detach().ToDoubles(), value => Assert.NotEqual(0, value));
        RetrainingTests.Says(
            "Steps was 0; it must be 1 or above. Set AdaptationStop.Steps.",
            () => TaskAdaptation.Adapt(model, adapter, task, new SgdOptions(), new() { Steps = 0 }));
        RetrainingTests.Says(
            "EvaluateEvery was -1; it must be 0 or above. Set AdaptationStop.EvaluateEvery.",
            () => TaskAdaptation.Adapt(model, adapter, task, new SgdOptions(), new() { EvaluateEvery = -1 }));
        using var source = new CancellationTokenSource();
        source.Cancel();
        var cancelled = TaskAdaptation.Adapt(model, adapter, task, new SgdOptions(), new() { CancellationToken = source.Token });
        Assert.Equal((EndingKind.Cancelled, 0), (cancelled.Ending.Kind, cancelled.Steps));
    }
}
