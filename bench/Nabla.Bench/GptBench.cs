using System.Diagnostics;
using System.Globalization;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Models;
using Nabla.Problems.Tasks;

namespace Nabla.Bench;

/// <summary>The GPT of the main job, trained here and by PyTorch: same first weights, same batches, same threads.</summary>
internal static class GptBench
{
    private const int WarmSteps = 10;
    private const double LearningRate = 0.002;

    public static GptFigures Run(string root, int threads, int steps, int rounds)
    {
        Torch.Threads = threads;
        var folder = Directory.CreateTempSubdirectory("nabla-bench");
        try
        {
            var weights = Path.Combine(folder.FullName, "weights.safetensors");
            var batches = Path.Combine(folder.FullName, "batches.safetensors");
            Export(weights, batches, steps);
            List<double> ours = [];
            List<double> theirs = [];
            var worst = 0.0;
            var version = "";

            // Taken in turn, so that a drift of the machine's speed meets both.
            for (var round = 0; round < rounds; round++)
            {
                var (losses, rate) = Train(threads, steps);
                ours.Add(rate);
                var peer = Peer.Run(
                    root, "gpt_peer.py", threads, weights, batches, "--heads", "4",
                    "--threads", threads.ToString(CultureInfo.InvariantCulture),
                    "--learning-rate", LearningRate.ToString(CultureInfo.InvariantCulture));
                theirs.Add(peer.GetProperty("tokens_per_second").GetDouble());
                version = peer.GetProperty("version").GetString()!;
                var peerLosses = peer.GetProperty("losses").EnumerateArray().Select(loss => loss.GetDouble());
                worst = Math.Max(worst, losses.Zip(peerLosses).Take(20).Max(pair => Math.Abs(pair.First - pair.Second) / pair.Second));
            }

            return new GptFigures(version, Rounds.Median([.. ours]), Rounds.Median([.. theirs]), worst);
        }
        finally
        {
            folder.Delete(true);
        }
    }

    private static TextTask Task() => (TextTask)Nabla.Problems.Tasks.LearningTasks.Create("text", new TaskOptions { Seed = 0 });

    private static void Export(string weights, string batches, int steps)
    {
        using var task = Task();
        ModelFile.Save(weights, task.Model);
        using var scope = new TensorScope();
        List<Tensor> inputs = [];
        List<Tensor> targets = [];
        for (var step = 0; step < steps; step++)
        {
            var batch = task.NextBatch();
            inputs.Add(batch.Inputs);
            targets.Add(batch.Targets);
        }

        var stacked = Ops.Stack([.. targets], 0);
        var first = Ops.Stack([.. inputs], 0);
        SafeTensors.Write(batches, [("inputs", first), ("targets", stacked.View(first.Shape))], null);
    }

    private static (List<double> Losses, double TokensPerSecond) Train(int threads, int steps)
    {
        using var task = Task();
        using var optimizer = Optimizer.Create(
            ParameterGroups.Of(task.Model).AssignRest(new AdamWOptions { LearningRate = LearningRate }),
            new ExecutionOptions { Threads = threads });
        List<double> losses = [];
        var tokens = 0L;
        var begun = Stopwatch.GetTimestamp();
        for (var step = 0; step < steps; step++)
        {
            if (step == WarmSteps)
            {
                tokens = 0;
                begun = Stopwatch.GetTimestamp();
            }

            using var scope = new TensorScope();
            var batch = task.NextBatch();
            optimizer.ZeroGradients();
            var loss = task.Loss(batch);
            loss.Backward();
            optimizer.Step();
            losses.Add(loss.Item());
            tokens += batch.Items;
        }

        return (losses, tokens / Stopwatch.GetElapsedTime(begun).TotalSeconds);
    }
}
