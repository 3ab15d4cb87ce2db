using Nabla.Core;
using Nabla.Engine;
using Nabla.Testing;

namespace Nabla.Experiments.Tests;

public sealed class TrainerTests
{
    [Theory]
    [InlineData("adamw", 1, 7)]
    [InlineData("adamw", 2, 13)]
    [InlineData("mvn-grad", 1, 1)]
    [InlineData("mvn-grad", 2, 22)]
    [InlineData("sgd", 2, 5)]
    public void Run_StoppedAndResumedInNewObjects_IsBitEqualToTheUnbrokenRun(string method, int threads, int stopAt)
    {
        using TemporaryFolder folder = new();
        TrainingOptions options = new()
        {
            MaxSteps = 30,
            EvaluateEvery = 4,
            Threads = threads,
            Seed = 3,
            AccumulationSteps = 2,
            ClipNorm = 0.7,
        };
        using Regression whole = new(11);
        using Optimizer wholeOptimizer = Methods.Create(method, whole, 0.03, threads);
        TrainingResult expected = Trainer.Run(whole, wholeOptimizer, options, null, TestContext.Current.CancellationToken);

        using (Regression first = new(11))
        {
            using Optimizer optimizer = Methods.Create(method, first, 0.03, threads);
            using CancellationTokenSource source = new();
            Collected<TrainingProgress> cancel = new(p =>
            {
                if (p.Step == stopAt)
                {
                    source.Cancel();
                }
            });
            TrainingResult part = Trainer.Run(
                first, optimizer, options with { CheckpointFolder = folder.Path }, cancel, source.Token);
            Assert.Equal(EndingKind.Cancelled, part.Ending.Kind);
            Assert.Equal(stopAt, part.Steps);
        }

        // Something else draws in between, as in a new process.
        TorchGenerator.Default.ManualSeed(999);
        using Regression second = new(11);
        using Optimizer resumedOptimizer = Methods.Create(method, second, 0.03, threads);
        TrainingResult resumed = Trainer.Run(
            second, resumedOptimizer, options with { CheckpointFolder = folder.Path, Resume = true },
            null, TestContext.Current.CancellationToken);

        Assert.Equal(EndingKind.Completed, resumed.Ending.Kind);
        Assert.Equal(whole.Weights(), second.Weights());
        Assert.Equal(whole.Batches.Skip(2 * stopAt), second.Batches);
        Assert.Equal(expected.Series.Training.Select(p => (p.Step, p.Loss)), resumed.Series.Training.Select(p => (p.Step, p.Loss)));
        Assert.Equal(expected.Series.Validation.Select(p => (p.Step, p.Loss)), resumed.Series.Validation.Select(p => (p.Step, p.Loss)));
        Assert.Equal(expected.Items, resumed.Items);
    }

    [Fact]
    public void Run_KilledBetweenCheckpoints_GoesOnFromTheLastOneBitEqual()
    {
        using TemporaryFolder folder = new();
        TrainingOptions options = new() { MaxSteps = 25, CheckpointEverySteps = 6, CheckpointFolder = folder.Path };
        using Regression whole = new(5);
        using Optimizer wholeOptimizer = Methods.Create("adamw", whole);
        TrainingResult expected = Trainer.Run(
            whole, wholeOptimizer, options with { CheckpointFolder = null, CheckpointEverySteps = 0 },
            null, TestContext.Current.CancellationToken);

        using (Regression killed = new(5))
        {
            using Optimizer optimizer = Methods.Create("adamw", killed);
            killed.Spoil = (n, loss) => n == 16 ? throw new InvalidOperationException("killed") : loss;
            Assert.Throws<InvalidOperationException>(() => Trainer.Run(
                killed, optimizer, options, null, TestContext.Current.CancellationToken));
        }

        using Regression again = new(5);
        using Optimizer againOptimizer = Methods.Create("adamw", again);
        Collected<TrainingProgress> reports = new();
        TrainingResult resumed = Trainer.Run(
            again, againOptimizer, options with { Resume = true }, reports, TestContext.Current.CancellationToken);

        Assert.Contains(reports.Reports, r => r.Message is { } m && m.StartsWith("Going on from step 12, saved in", StringComparison.Ordinal));
        Assert.Equal(whole.Weights(), again.Weights());
        Assert.Equal(expected.Series.Training.Select(p => p.Loss), resumed.Series.Training.Select(p => p.Loss));
        Assert.Equal(25, again.Batches.Count + 12);
    }

    [Fact]
    public void Run_DropoutOn_DependsOnTheSeed()
    {
        double[] losses = [.. new long[] { 1, 1, 2 }.Select(seed =>
        {
            using Regression task = new(4);
            using Optimizer optimizer = Methods.Create("adamw", task);
            TrainingResult result = Trainer.Run(
                task, optimizer, new TrainingOptions { MaxSteps = 3, Seed = seed }, null, TestContext.Current.CancellationToken);
            return result.FinalLoss!.Value;
        })];
        Assert.Equal(losses[0], losses[1]);
        Assert.NotEqual(losses[0], losses[2]);
    }

    [Fact]
    public void Run_LossBecomesNaN_StopsBeforeTheUpdateAndNamesTheCheckpoint()
    {
        using TemporaryFolder folder = new();
        using Regression task = new(6);
        using Optimizer optimizer = Methods.Create("adamw", task);
        float[]? before = null;
        task.Spoil = (n, loss) =>
        {
            if (n != 8)
            {
                return loss;
            }

            before = task.Weights();
            return loss * double.NaN;
        };
        TrainingResult result = Trainer.Run(
            task, optimizer, new TrainingOptions { MaxSteps = 20, CheckpointEverySteps = 5, CheckpointFolder = folder.Path },
            null, TestContext.Current.CancellationToken);

        Assert.Equal(EndingKind.NonFinite, result.Ending.Kind);
        Assert.Equal(7, result.Steps);
        Assert.Equal(before, task.Weights());
        string checkpoint = Path.Combine(folder.Path, "checkpoint-000000005");
        Assert.Equal(checkpoint, result.Checkpoint);
        Assert.Equal(
            "The loss was NaN at step 8; the update was not made and the parameters are those of step 7. "
            + $"The last good checkpoint is '{checkpoint}'. Lower the learning rate, or clip the gradient's norm.",
            result.Ending.Advice);
    }

    [Fact]
    public void Run_GradientIsInfinite_StopsBeforeTheUpdateAndNamesTheParameter()
    {
        using Regression task = new(6, dropout: 0);
        using Optimizer optimizer = Methods.Create("sgd", task, 0.01);
        float[]? before = null;
        Parameter bias = task.Model.Parameters.Single(p => p.Name == "first.bias");
        // The square root of exactly zero is finite, its derivative is not.
        task.Spoil = (n, loss) =>
        {
            if (n != 4)
            {
                return loss;
            }

            before = task.Weights();
            return loss + ((bias.Value - bias.Value.Detach()).Sum().Pow(2.0).Sqrt() * 0.5);
        };
        TrainingResult result = Trainer.Run(
            task, optimizer, new TrainingOptions { MaxSteps = 9, ClipNorm = 1 }, null, TestContext.Current.CancellationToken);

        Assert.Equal(EndingKind.NonFinite, result.Ending.Kind);
        Assert.Equal(3, result.Steps);
        Assert.Equal(before, task.Weights());
        Assert.StartsWith("The gradient of 'first.bias' was not finite at step 4, where the loss was ", result.Ending.Advice, StringComparison.Ordinal);
        Assert.Contains("There is no checkpoint.", result.Ending.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ParametersBecomeInfinite_DoesNotReplaceTheGoodCheckpoint()
    {
        using TemporaryFolder folder = new();
        using Regression task = new(6);
        using Optimizer optimizer = Methods.Create("sgd", task, 0.01);
        Collected<TrainingProgress> spoil = new(p =>
        {
            if (p.Step == 5)
            {
                using IDisposable none = GradMode.Disable();
                task.Model.Parameters[2].Value.Fill(float.PositiveInfinity);
            }
        });
        TrainingResult result = Trainer.Run(
            task, optimizer, new TrainingOptions { MaxSteps = 9, CheckpointEverySteps = 1, CheckpointFolder = folder.Path },
            spoil, TestContext.Current.CancellationToken);
        Assert.Equal(EndingKind.NonFinite, result.Ending.Kind);
        Assert.StartsWith(
            "The parameter 'second.weight' was not finite after step 5; that state was not saved. The last good checkpoint is '",
            result.Ending.Advice, StringComparison.Ordinal);
        Assert.EndsWith("checkpoint-000000004", result.Checkpoint, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AccumulatedBatches_EqualOneLargeBatch()
    {
        using Regression small = new(9, dropout: 0, batch: 4);
        using Regression large = new(9, dropout: 0, batch: 12);
        using Optimizer smallOptimizer = Methods.Create("sgd", small, 0.05);
        using Optimizer largeOptimizer = Methods.Create("sgd", large, 0.05);
        TrainingOptions options = new() { MaxSteps = 6 };
        TrainingResult accumulated = Trainer.Run(
            small, smallOptimizer, options with { AccumulationSteps = 3 }, null, TestContext.Current.CancellationToken);
        TrainingResult whole = Trainer.Run(
            large, largeOptimizer, options, null, TestContext.Current.CancellationToken);

        Assert.Equal(whole.Items, accumulated.Items);
        Assert.Equal(72, accumulated.Items);
        // Float sums in another order, over six steps.
        Assert.All(large.Weights().Zip(small.Weights()), w => Assert.Equal(w.First, w.Second, 5e-5f));
        Assert.Equal(whole.FinalLoss!.Value, accumulated.FinalLoss!.Value, 1e-4);
    }

    [Fact]
    public void Run_ClipNorm_LimitsTheUpdateAndKeepsItsDirection()
    {
        float[][] updates = [.. new double?[] { null, 0.05, 1e6 }.Select(clip =>
        {
            using Regression task = new(12, dropout: 0);
            float[] before = task.Weights();
            using Optimizer optimizer = Methods.Create("sgd", task, 1);
            Trainer.Run(task, optimizer, new TrainingOptions { MaxSteps = 1, ClipNorm = clip }, null, TestContext.Current.CancellationToken);
            return task.Weights().Zip(before, (a, b) => a - b).ToArray();
        })];
        double free = Math.Sqrt(updates[0].Sum(x => (double)x * x));
        double clipped = Math.Sqrt(updates[1].Sum(x => (double)x * x));
        Assert.True(free > 0.5);
        Assert.Equal(0.05, clipped, 1e-6);
        Assert.Equal(updates[0], updates[2]);
        double inner = updates[0].Zip(updates[1], (a, b) => (double)a * b).Sum();
        Assert.Equal(1, inner / (free * clipped), 1e-5);
    }

    [Fact]
    public void Run_Evaluates_AtTheStartEveryNStepsAndAtTheEnd()
    {
        using Regression task = new(2);
        using Optimizer optimizer = Methods.Create("adamw", task, 0.01);
        Collected<TrainingProgress> reports = new();
        TrainingResult result = Trainer.Run(
            task, optimizer, new TrainingOptions { MaxSteps = 10, EvaluateEvery = 4 }, reports, TestContext.Current.CancellationToken);
        Assert.Equal([0, 4, 8, 10], result.Series.Validation.Select(p => p.Step));
        Assert.Equal(Enumerable.Range(1, 10).Select(i => (long)i), result.Series.Training.Select(p => p.Step));
        Assert.Equal(task.Evaluate(), result.ValidationLoss);
        Assert.Equal(10, reports.Reports[^1].Step);
        Assert.Equal(60, result.Items);
        Assert.True(result.PeakBytes > 1 << 20);
        Assert.True(result.StepSeconds > 0 && result.StepSeconds <= result.Seconds);
        Assert.Equal(result.Series.Validation.Min(p => p.Loss), result.Ending.BestValue);
    }

    [Fact]
    public void Run_TimeIsTheBudget_EndsWhenItIsOver()
    {
        using Regression task = new(2);
        using Optimizer optimizer = Methods.Create("sgd", task, 0.001);
        SteppingClock clock = new(TimeSpan.FromSeconds(0.25));
        TrainingResult result = Trainer.Run(
            task, optimizer, new TrainingOptions { MaxTime = TimeSpan.FromSeconds(20), Clock = clock },
            null, TestContext.Current.CancellationToken);
        Assert.Equal(EndingKind.Completed, result.Ending.Kind);
        Assert.InRange(result.Seconds, 20, 22);
        Assert.True(result.Steps > 5);

        using Regression both = new(2);
        using Optimizer bothOptimizer = Methods.Create("sgd", both, 0.001);
        TrainingResult exhausted = Trainer.Run(
            both, bothOptimizer, new TrainingOptions { MaxTime = TimeSpan.FromSeconds(20), MaxSteps = 100_000, Clock = clock },
            null, TestContext.Current.CancellationToken);
        Assert.Equal(EndingKind.BudgetExhausted, exhausted.Ending.Kind);
        Assert.Equal(
            $"The 20 seconds were over after {exhausted.Steps} of 100000 steps. Give more time, or resume.", exhausted.Ending.Advice);
    }

    [Fact]
    public void Run_TargetIsReached_Ends()
    {
        using Regression task = new(2, dropout: 0);
        double start = task.Evaluate();
        using Optimizer optimizer = Methods.Create("adamw", task, 0.05);
        TrainingResult result = Trainer.Run(
            task, optimizer, new TrainingOptions { MaxSteps = 2000, EvaluateEvery = 5, TargetLoss = start * 0.7 },
            null, TestContext.Current.CancellationToken);
        Assert.Equal(EndingKind.TargetReached, result.Ending.Kind);
        Assert.True(result.ValidationLoss <= start * 0.7);
        Assert.True(result.Steps < 2000);
    }

    [Fact]
    public void Run_ThousandSteps_LeavesNoHandleAndNoByteBehind()
    {
        using Regression task = new(8);
        using Optimizer optimizer = Methods.Create("adamw", task);
        Dictionary<long, (long Handles, long Bytes)> live = [];
        Collected<TrainingProgress> watch = new(p =>
        {
            live[p.Step] = (NativeMemory.LiveHandles, NativeMemory.LiveBytes);
        });
        Trainer.Run(
            task, optimizer, new TrainingOptions { MaxSteps = 1000, AccumulationSteps = 2, ClipNorm = 0.5, EvaluateEvery = 100 },
            watch, TestContext.Current.CancellationToken);
        Assert.True(live[10].Handles > 0);
        Assert.Equal(live[10], live[1000]);
    }

    [Fact]
    public void Run_DiskRefuses_SaysSoAndKeepsTheLastCheckpoint()
    {
        using TemporaryFolder folder = new();
        string blocked = Path.Combine(folder.Path, "file");
        File.WriteAllText(blocked, "a file where a folder should be");
        using Regression task = new(8);
        using Optimizer optimizer = Methods.Create("adamw", task);
        CheckpointException e = Assert.Throws<CheckpointException>(() => Trainer.Run(
            task, optimizer, new TrainingOptions { MaxSteps = 3, CheckpointFolder = blocked },
            null, TestContext.Current.CancellationToken));
        Assert.StartsWith("The checkpoint of step 0 could not be written to '", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_FolderHoldsAnotherRun_IsRefused()
    {
        using TemporaryFolder folder = new();
        TrainingOptions options = new() { MaxSteps = 1, CheckpointFolder = folder.Path };
        using Regression task = new(8);
        using Optimizer optimizer = Methods.Create("adamw", task);
        Trainer.Run(task, optimizer, options, null, TestContext.Current.CancellationToken);
        ArgumentException e = Assert.Throws<ArgumentException>(
            () => Trainer.Run(task, optimizer, options, null, TestContext.Current.CancellationToken));
        Assert.Contains("already holds a checkpoint", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_WrongValues_SayNameValueAndRange()
    {
        Assert.StartsWith(
            "Training has no end: set TrainingOptions.MaxSteps, TrainingOptions.MaxTime or TrainingOptions.MaxItems.",
            Assert.Throws<ArgumentException>(() => new TrainingOptions().ThrowIfInvalid()).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "ClipNorm was -1; it must be above 0 and finite.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { MaxSteps = 1, ClipNorm = -1 }.ThrowIfInvalid()).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "AccumulationSteps was 0; it must be 1 or more.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { MaxSteps = 1, AccumulationSteps = 0 }.ThrowIfInvalid()).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "CheckpointEverySteps, CheckpointEvery and Resume have no effect without a folder.",
            Assert.Throws<ArgumentException>(() => new TrainingOptions { MaxSteps = 1, Resume = true }.ThrowIfInvalid()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ChangesThreadsForItselfOnly()
    {
        int before = Torch.Threads;
        using Regression task = new(8);
        using Optimizer optimizer = Methods.Create("adamw", task);
        int inside = 0;
        Trainer.Run(
            task, optimizer, new TrainingOptions { MaxSteps = 1, Threads = before == 1 ? 2 : 1 },
            new Collected<TrainingProgress>(_ => inside = Torch.Threads), TestContext.Current.CancellationToken);
        Assert.Equal(before == 1 ? 2 : 1, inside);
        Assert.Equal(before, Torch.Threads);
    }
}
