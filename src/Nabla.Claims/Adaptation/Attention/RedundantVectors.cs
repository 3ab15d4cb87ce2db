using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Models;
using Nabla.Procedures.Adaptation;

namespace Nabla.Claims.Adaptation.Attention;

/// <summary>Heads that use few directions, spread over all their numbers: three quarters of the vectors are dropped, in two ways.</summary>
[Claim(
    "clover/redundant-vectors",
    Says = "Where heads use few directions, three quarters of their orthogonalized vectors can be dropped without training, and dropping as many vectors by their norms changes the outputs more than ten times as much.",
    Source = "arXiv:2411.17426, pruning without training",
    Seconds = 0.3)]
internal sealed class RedundantVectors : Claim<RedundantVectors.Subject>
{
    private const int Used = 4;
    private const double Factor = 10;

    // What lies outside the used directions is smaller by this; what is dropped should matter about as little.
    private const double Spread = 0.01;
    private const double Limit = 0.1;

    /// <inheritdoc/>
    protected override Subject Method { get; } = new(ByNorms: false, HeadsUseAll: false);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Subject> Defects { get; } = new Dictionary<string, Subject>
    {
        ["by-norms"] = new(ByNorms: true, HeadsUseAll: false),
        ["heads-use-all-directions"] = new(ByNorms: false, HeadsUseAll: true),
    };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Subject subject, ClaimContext context)
    {
        var (change, dropped) = Change(subject.ByNorms, subject.HeadsUseAll, context.Seed);
        var (plain, _) = Change(true, subject.HeadsUseAll, context.Seed);
        return ClaimOutcome.Of(
            change <= Limit && plain >= Factor * change,
            ("relative_change", change),
            ("relative_change_by_norms", plain),
            ("dropped_of_each_head", dropped),
            ("limit", Limit),
            ("least_ratio", Factor));
    }

    private static (double Change, int Dropped) Change(bool byNorms, bool headsUseAll, Seed seed)
    {
        using var model = CloverModels.Gpt(seed);
        if (!headsUseAll)
        {
            Narrow(model, seed);
        }

        var before = CloverModels.Scores(model, seed);
        var size = model.Attentions[0].Size;
        if (!byNorms)
        {
            // Once to see the values, then with everything but the largest few set to 0.
            using var clover = new Clover(model, new CloverOptions());
        }

        Drop(model, size - Used);
        return (CloverModels.Change(before, CloverModels.Scores(model, seed)), size - Used);
    }

    // Weights M (P + spread noise), P of rank `Used`: the head's numbers all have the same size, and few of them are needed.
    private static void Narrow(Gpt model, Seed seed)
    {
        using var mode = GradMode.Disable();
        foreach (var layer in model.Attentions)
        {
            using var scope = new TensorScope();
            var random = new RandomStream(seed.Derive(layer.Name));
            Tensor Mix()
            {
                var (basis, _) = Ops.LinalgQr(random.NextGaussians([layer.Size, layer.Size], DType.Float64));
                var used = basis[TensorIndex.All, 0..Used];
                return (used.Mm(used.T()) + (Tensor.From<double>(Unit(layer.Size), layer.Size, layer.Size) * Spread)).To(DType.Float32);
            }

            // Queries, keys and values lie in one layer.
            var all = layer.Query.Weight.Value;
            for (var head = 0; head < 3 * layer.Heads; head++)
            {
                var block = all[TensorIndex.All, (head * layer.Size)..((head + 1) * layer.Size)];
                var bias = layer.Query.Bias!.Value[(head * layer.Size)..((head + 1) * layer.Size)];
                var mix = Mix();
                block.CopyFrom(block.Mm(mix));
                bias.CopyFrom(bias.View(1, -1).Mm(mix).View(-1));
            }
        }
    }

    private static double[] Unit(int size) => [.. Enumerable.Range(0, size * size).Select(i => i % (size + 1) == 0 ? 1.0 : 0)];

    // Sets the pairs of vectors with the smallest products of norms to 0; after decomposition these are the singular values.
    private static void Drop(Gpt model, int count)
    {
        using var mode = GradMode.Disable();
        foreach (var layer in model.Attentions)
        {
            for (var head = 0; head < layer.Heads; head++)
            {
                var at = head * layer.Size;
                Drop(layer, count, i => Column(layer.Query, layer.QueryAt + at + i), i => Column(layer.Key, layer.KeyAt + at + i));
                Drop(layer, count, i => Column(layer.Value, layer.ValueAt + at + i), i => [layer.Output.Weight.Value[at + i]]);
            }
        }
    }

    private static void Drop(AttentionLayer layer, int count, Func<int, Tensor[]> left, Func<int, Tensor[]> right)
    {
        using var scope = new TensorScope();
        static double Norm(Tensor[] parts) => Math.Sqrt(parts.Sum(part => part.Square().Sum().Item()));
        foreach (var i in Enumerable.Range(0, layer.Size).OrderBy(i => Norm(left(i)) * Norm(right(i))).Take(count).ToArray())
        {
            foreach (var part in left(i).Concat(right(i)))
            {
                part.Fill(0);
            }
        }
    }

    private static Tensor[] Column(Linear layer, int at) => [layer.Weight.Value[TensorIndex.All, at], layer.Bias!.Value[at..(at + 1)]];

    /// <summary>Whether vectors are dropped by their norms alone, and whether heads need all of them.</summary>
    internal sealed record Subject(bool ByNorms, bool HeadsUseAll);
}
