using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Tasks;
using Nabla.Testing;

namespace Nabla.Experiments.Tests;

/// <summary>The real text task, small, made by the factory and the catalogue as the command makes it.</summary>
public sealed class GptTests
{
    [Fact]
    public void Run_ThousandStepsOfAGpt_LeavesNoHandleAndNoByteBehind()
    {
        using TemporaryFolder folder = new();
        using ILearningTask task = Nabla.Problems.Tasks.LearningTasks.Create("text", new TaskOptions
        {
            DataPath = Text(folder),
            Layers = 1,
            Heads = 2,
            Width = 16,
            Context = 12,
            BatchSize = 2,
            Dropout = 0.1,
        });
        using Optimizer optimizer = Methods.Create("mvn-grad", task);
        Dictionary<long, (long Handles, long Bytes)> live = [];
        TrainingResult result = Trainer.Run(
            task, optimizer, new TrainingOptions { MaxSteps = 1000, Threads = 1, ClipNorm = 1 },
            new Collected<TrainingProgress>(p => live[p.Step] = (NativeMemory.LiveHandles, NativeMemory.LiveBytes)),
            TestContext.Current.CancellationToken);
        Assert.Equal(live[10], live[1000]);
        Assert.True(live[10].Handles > 0 && live[10].Bytes > 0);
        Assert.True(result.ValidationLoss < result.Series.Validation[0].Loss);
    }

    [Fact]
    public void TrainingRun_GptCancelledAndResumed_IsBitEqualToTheUnbrokenRun()
    {
        using TemporaryFolder home = new();
        TrainingPlan plan = new()
        {
            Task = "text",
            TaskOptions = new TaskSettings
            {
                Data = Text(home),
                Layers = 2,
                Heads = 2,
                Width = 16,
                Context = 16,
                Batch = 3,
                Dropout = 0.2,
            },
            Method = "adamw",
            MethodOptions = new Dictionary<string, string> { ["learningRate"] = "0.004" },
            Training = new TrainingSettings { MaxSteps = 24, EvaluateEvery = 10 },
            Seed = 21,
            Threads = 2,
            Home = home.Path,
        };
        TrainingOutcome whole = TrainingRun.Start(plan, null, TestContext.Current.CancellationToken);
        using CancellationTokenSource source = new();
        TrainingOutcome part = TrainingRun.Start(
            plan,
            new Collected<TrainingProgress>(p =>
            {
                if (p.Step == 13)
                {
                    source.Cancel();
                }
            }),
            source.Token);
        Assert.Equal(13, part.Result.Steps);
        TrainingOutcome resumed = TrainingRun.Resume(part.Run.Id, home.Path, null, TestContext.Current.CancellationToken);

        Assert.Equal(
            whole.Result.Series.Training.Select(p => (p.Step, p.Loss)), resumed.Result.Series.Training.Select(p => (p.Step, p.Loss)));
        Assert.Equal(whole.Result.ValidationLoss, resumed.Result.ValidationLoss);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(whole.Result.Checkpoint!, "tensors.safetensors")).Length,
            File.ReadAllBytes(Path.Combine(resumed.Result.Checkpoint!, "tensors.safetensors")).Length);
        using SafeTensorsFile first = SafeTensors.Open(Path.Combine(whole.Result.Checkpoint!, "tensors.safetensors"));
        using SafeTensorsFile second = SafeTensors.Open(Path.Combine(resumed.Result.Checkpoint!, "tensors.safetensors"));
        Assert.Equal(first.Names, second.Names);
        string[] states = [.. first.Names.Where(n => n.StartsWith("task/", StringComparison.Ordinal) || n.StartsWith("optimizer/", StringComparison.Ordinal))];
        Assert.True(states.Length > 40);
        foreach (string name in states)
        {
            using Tensor a = first.Load(name);
            using Tensor b = second.Load(name);
            Assert.Equal(a.ToDoubles(), b.ToDoubles());
        }
    }

    private static string Text(TemporaryFolder folder)
    {
        string path = Path.Combine(folder.Path, "text.txt");
        RandomStream random = new(Seed.From(3));
        string[] words = ["gradient", "of", "the", "loss", "is", "a", "vector", "and", "rate", "falls"];
        File.WriteAllText(path, string.Join(' ', Enumerable.Range(0, 4000).Select(_ => words[random.NextInt(words.Length)])));
        return path;
    }
}
