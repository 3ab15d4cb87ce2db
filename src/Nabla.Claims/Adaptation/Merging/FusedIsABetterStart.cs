using Nabla.Claims.FirstOrder.Networks;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Models;
using Nabla.Procedures.Adaptation;

namespace Nabla.Claims.Adaptation.Merging;

/// <summary>
/// Regressions by networks on tasks of one family. Copies of a base are fine-tuned on some tasks and fused; then base and
/// fused network are fine-tuned on tasks that none has seen.
/// </summary>
[Claim(
    "fuse/better-start",
    Says = "Fine-tuning from the mean of several fine-tuned copies of a base beats fine-tuning from the base.",
    Source = "arXiv:2204.03044, abstract; the tasks are Nabla's",
    Seconds = 2)]
internal sealed class FusedIsABetterStart : Claim<FusedIsABetterStart.Variant>
{
    /// <summary>How fusing differs.</summary>
    /// <param name="Options">From the number of copies.</param>
    internal sealed record Variant(Func<int, FuseOptions> Options);

    private const int Features = 8;
    private const int Shared = 5;
    private const int Copies = 5;

    // Over five seeds the mean ratio was 0.21 to 0.53.
    private const double Limit = 0.8;

    /// <inheritdoc/>
    protected override Variant Method { get; } = new(_ => new FuseOptions());

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Variant> Defects { get; } = new Dictionary<string, Variant>
    {
        ["sum-for-mean"] = new(copies => new FuseOptions { Scale = copies }),
        ["away-from-the-copies"] = new(_ => new FuseOptions { Scale = -1 }),
        ["base-as-it-is"] = new(_ => new FuseOptions { Scale = 0 }),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Variant subject, ClaimContext context)
    {
        int families = context.Full ? 20 : 4, unseen = context.Full ? 8 : 3;
        double sum = 0, worst = 0;
        for (var f = 0; f < families; f++)
        {
            var seed = context.Seed.Derive($"family {f}");
            var family = new Family(seed);
            using var scope = new TensorScope();
            using var pretrained = new Mlp([Features, 32, 1], seed.Derive("base"));
            Tune(pretrained, family.Draw(200, Task(seed, "pretraining", 0)), 200, context);
            var copies = Enumerable.Range(0, Copies).Select(c =>
            {
                var copy = Copy(pretrained, seed);
                Tune(copy, family.Draw(100, Task(seed, $"task {c}", 1)), 200, context);
                return copy;
            }).ToArray();
            using var fused = Copy(pretrained, seed);
            new Fuse(subject.Options(Copies)).Merge(fused, copies);
            for (var u = 0; u < unseen; u++)
            {
                var task = Task(seed, $"unseen {u}", 1);
                var few = family.Draw(20, task);
                var held = family.Draw(300, task);
                double After(Mlp start)
                {
                    using var model = Copy(start, seed);
                    Tune(model, few, 30, context);
                    using var inner = new TensorScope();
                    return Math.Min(1e6, (model.Forward(held.Inputs) - held.Labels).Square().Mean().ToDoubles()[0]);
                }

                var ratio = After(fused) / After(pretrained);
                sum += Math.Log(ratio);
                worst = Math.Max(worst, ratio);
            }

            foreach (var copy in copies)
            {
                copy.Dispose();
            }
        }

        var mean = Math.Exp(sum / (families * unseen));
        return ClaimOutcome.Of(
            mean <= Limit, ("mean_error_over_that_from_the_base", mean), ("largest_such_ratio", worst), ("limit_of_the_mean", Limit));
    }

    private static Mlp Copy(Mlp model, Seed seed)
    {
        var copy = new Mlp([Features, 32, 1], seed);
        WeightCombination.Into(copy, [(1, model)]);
        return copy;
    }

    private static void Tune(Mlp model, (Tensor Inputs, Tensor Labels) rows, int steps, ClaimContext context) => NetworkRun.Train(
        model, new AdamOptions { LearningRate = 0.003 }, steps, _ => (model.Forward(rows.Inputs) - rows.Labels).Square().Mean(), context.CancellationToken);

    /// <summary>What a task takes of the shared features: what all have in common, and its own.</summary>
    private static double[] Task(Seed seed, string name, double common)
    {
        var (shared, own) = (new RandomStream(seed.Derive("common")), new RandomStream(seed.Derive(name)));
        double[] all = [.. Enumerable.Range(0, Shared).Select(_ => shared.NextGaussian())];
        var size = Math.Sqrt(all.Sum(x => x * x) / Shared);
        return [.. all.Select(x => (common * x / size) + (0.4 * own.NextGaussian()))];
    }

    /// <summary>Features that all tasks of a family share.</summary>
    private sealed class Family(Seed seed)
    {
        private readonly RandomStream _random = new(seed.Derive("rows"));
        private readonly double[] _maps = Gaussians(new RandomStream(seed.Derive("features")), Shared * Features);

        public (Tensor Inputs, Tensor Labels) Draw(int count, double[] task)
        {
            float[] inputs = [.. Gaussians(_random, count * Features).Select(x => (float)x)], labels = new float[count];
            for (var k = 0; k < count; k++)
            {
                for (var s = 0; s < Shared; s++)
                {
                    var along = 0.0;
                    for (var i = 0; i < Features; i++)
                    {
                        along += _maps[(s * Features) + i] * inputs[(k * Features) + i];
                    }

                    labels[k] += (float)(task[s] * Math.Tanh(along / Math.Sqrt(Features)));
                }
            }

            return (Tensor.From<float>(inputs, count, Features), Tensor.From<float>(labels, count, 1));
        }

        private static double[] Gaussians(RandomStream random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextGaussian())];
    }
}
