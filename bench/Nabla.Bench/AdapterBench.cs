using System.Diagnostics;
using System.Globalization;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Bench;

/// <summary>What an adapter that measures its rate costs beside the bare fused step of the method inside.</summary>
internal static class AdapterBench
{
    private const int Tensors = 8;

    /// <summary>Whose ratio is measured: the method alone and the adapter around it.</summary>
    public static IReadOnlyList<(string Alone, string Adapted)> Pairs { get; } =
        [("sgd", "dog(sgd)"), ("adam", "dog(adam)"), ("adam", "prodigy(adam)"), ("adamw", "prodigy(adamw)")];

    /// <summary>Measures one pair, one step right after the other: what else the machine does changes more slowly than that.</summary>
    /// <param name="alone">The method.</param>
    /// <param name="adapted">The adapter around it.</param>
    /// <param name="parameters">How many numbers are updated.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="rounds">Steps of which the medians are taken.</param>
    public static (double Alone, double Adapted, double Ratio) Measure(string alone, string adapted, int parameters, int threads, int rounds)
    {
        // Long enough for the runtime to have compiled every loop for good; gradients that never turn would end a longer run.
        using (var warm = new Problem(adapted, parameters / 16, threads))
        {
            for (var i = 0; i < 30; i++)
            {
                _ = warm.Step();
            }
        }

        Thread.Sleep(500);
        using var plain = new Problem(alone, parameters, threads);
        using var other = new Problem(adapted, parameters, threads);
        for (var i = 0; i < 5; i++)
        {
            _ = plain.Step() + other.Step();
        }

        var pairs = Enumerable.Range(0, rounds).Select(_ => (Alone: plain.Step(), With: other.Step())).ToArray();
        return (
            Rounds.Median([.. pairs.Select(p => p.Alone)]),
            Rounds.Median([.. pairs.Select(p => p.With)]),
            Rounds.Median([.. pairs.Select(p => p.With / p.Alone)]));
    }

    /// <summary>
    /// What a step with the adapter reads, and what it reads and writes, over the same of the method alone, counted by the steps
    /// themselves: less than the second is not possible, and where reading is what the memory is slow at, not less than the first.
    /// </summary>
    /// <param name="alone">The method.</param>
    /// <param name="adapted">The adapter around it.</param>
    public static (double Read, double Moved) Traffic(string alone, string adapted)
    {
        var (plain, with) = (new MemoryTraffic(), new MemoryTraffic());
        Count(alone, plain);
        Count(adapted, with);
        return (
            (double)with.ReadBytes / plain.ReadBytes,
            (double)(with.ReadBytes + with.WrittenBytes) / (plain.ReadBytes + plain.WrittenBytes));

        // The second step: the first keeps the start and measures it.
        static void Count(string name, MemoryTraffic traffic)
        {
            using var problem = new Problem(name, 1 << 16, 1, traffic);
            _ = problem.Step();
            traffic.Clear();
            _ = problem.Step();
        }
    }

    /// <summary>One line a pair.</summary>
    /// <param name="parameters">How many numbers are updated.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="rounds">Steps of which the medians are taken.</param>
    public static IEnumerable<string> Run(int parameters, int threads, int rounds)
    {
        foreach (var (alone, adapted) in Pairs)
        {
            var (plain, with, ratio) = Measure(alone, adapted, parameters, threads, rounds);
            var (read, moved) = Traffic(alone, adapted);
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{adapted}, {parameters / 1_000_000} M parameters, {threads} threads: {1e3 * with:F2} ms a step, {alone} alone {1e3 * plain:F2} ms: {ratio:F2} ×; it moves {moved:F2} × the bytes and reads {read:F2} ×");
        }
    }

    /// <summary>Parameters with constant gradients, and an optimizer.</summary>
    private sealed class Problem : IDisposable
    {
        private readonly TensorScope _scope = new();
        private readonly Optimizer _optimizer;

        public Problem(string name, int parameters, int threads, MemoryTraffic? traffic = null)
        {
            var length = parameters / Tensors;
            var random = new RandomStream(Seed.From(1));
            Parameter[] all = [.. Enumerable.Range(0, Tensors).Select(i => new Parameter($"p{i}", Draw(random, length), ParameterRoles.Vector))];
            foreach (var parameter in all)
            {
                parameter.Value.Gradient = Draw(random, length);
            }

            // With momentum, as sgd is used.
            Dictionary<string, string> settings = name.EndsWith("sgd)", StringComparison.Ordinal) ? new() { ["inner.momentum"] = "0.9" }
                : name == "sgd" ? new() { ["momentum"] = "0.9" } : [];
            _optimizer = Optimizer.Create(
                ParameterGroups.Of(all).AssignRest(Catalogue.Find(name).CreateOptions(settings)), new ExecutionOptions { Threads = threads, Traffic = traffic });
        }

        public double Step()
        {
            var start = Stopwatch.GetTimestamp();
            _optimizer.Step(new StepInputs(1));
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        public void Dispose()
        {
            _optimizer.Dispose();
            _scope.Dispose();
        }

        private static Tensor Draw(RandomStream random, int length)
        {
            var numbers = new float[length];
            for (var i = 0; i < length; i++)
            {
                numbers[i] = (float)(random.NextDouble() - 0.5);
            }

            return Tensor.From<float>(numbers, length);
        }
    }
}
