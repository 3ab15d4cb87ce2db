using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Problems.Models;
using Nabla.Problems.Tasks;
using Nabla.Procedures.Adaptation;

namespace Nabla.Procedures.Tests.Adaptation;

public sealed class CloverTests
{
    private static readonly long[] s_tokens = [1, 5, 3, 8, 2, 9, 4, 7, 6, 0, 2, 3];

    public static TheoryData<string, DType> Models => new()
    {
        { "gpt", DType.Float32 }, { "gpt", DType.Float64 }, { "llama", DType.Float32 }, { "llama", DType.Float64 }, { "llama with biases", DType.Float64 },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Outputs_stay_and_columns_become_orthogonal(string name, DType dtype)
    {
        using var scope = new TensorScope();
        using var model = Make(name, dtype);
        var before = Outputs(model);
        using var clover = new Clover((IAttentionModel)model, new());
        var after = Outputs(model);
        var limit = dtype == DType.Float32 ? 1e-5 : 1e-12;
        Assert.All(before.Zip(after), pair => Assert.Equal(pair.First, pair.Second, limit));
        Assert.Equal(0, clover.Dropped);
        foreach (var layer in ((IAttentionModel)model).Attentions)
        {
            for (var group = 0; group < layer.Groups; group++)
            {
                var found = clover.Heads.Single(head => head.Layer == layer.Name && head.Head == group && head.Part == CloverPart.ValueOutput);
                IsDiagonal(CloverPair.Writes(layer.Value, layer.ValueAt + (group * layer.Size), layer.Size, true), found.Values, dtype);
                if (!layer.TurnsByPosition)
                {
                    found = clover.Heads.Single(head => head.Layer == layer.Name && head.Head == group && head.Part == CloverPart.QueryKey);
                    IsDiagonal(CloverPair.Writes(layer.Key, layer.KeyAt + (group * layer.Size), layer.Size, true), found.Values, dtype);
                    IsDiagonal(CloverPair.Writes(layer.Query, layer.QueryAt + (group * layer.Size), layer.Size, true), found.Values, dtype);
                }
            }
        }

        // Two layers: pairs of four heads each, or pairs of two groups, their keys and four heads of queries.
        Assert.Equal(2 * 8, clover.Heads.Count);
    }

    [Fact]
    public void Singular_values_are_those_of_the_products()
    {
        using var scope = new TensorScope();
        using var model = Make("llama", DType.Float64);
        var layer = ((IAttentionModel)model).Attentions[0];
        // Both heads of the group below each other: W_V (W_O1' W_O2').
        var value = layer.Value.Weight.Value[4..8].T();
        var outputs = layer.Output.Weight.Value[TensorIndex.All, 8..16];
        var product = value.Mm(Ops.Cat([outputs[TensorIndex.All, 0..4].T(), outputs[TensorIndex.All, 4..8].T()], 1));
        double[] expected = [.. Ops.LinalgSvdvals(product.Detach()).ToDoubles().Take(4)];
        using var clover = new Clover((IAttentionModel)model, new());
        Assert.All(clover.Heads.Single(h => h.Layer == layer.Name && h.Head == 1 && h.Part == CloverPart.ValueOutput).Values.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 12));
    }

    [Theory]
    [InlineData(CloverTuning.Values)]
    [InlineData(CloverTuning.Matrices)]
    public void Fresh_scales_change_nothing_and_trained_ones_merge(CloverTuning tuning)
    {
        using var scope = new TensorScope();
        foreach (var name in new[] { "gpt", "llama", "llama with biases" })
        {
            using var model = Make(name, DType.Float64);
            using var clover = new Clover((IAttentionModel)model, new() { Tuning = tuning });
            var plain = Outputs(model);
            clover.Attach();
            Assert.All(plain.Zip(Outputs(model)), pair => Assert.Equal(pair.First, pair.Second, 12));
            var random = new RandomStream(new Seed(3));
            foreach (var parameter in clover.Parameters)
            {
                var values = parameter.Value.AsSpan<double>();
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] += 0.3 * random.NextGaussian();
                }
            }

            var scaled = Outputs(model);
            Assert.Contains(plain.Zip(scaled), pair => Math.Abs(pair.First - pair.Second) > 1e-3);
            clover.Merge();
            Assert.All(((Module)model).AdaptableLayers, layer => Assert.Null(layer.Adapter));
            Assert.All(scaled.Zip(Outputs(model)), pair => Assert.Equal(pair.First, pair.Second, 11));
            // What was merged counts once.
            clover.Attach();
            Assert.All(scaled.Zip(Outputs(model)), pair => Assert.Equal(pair.First, pair.Second, 11));
        }
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("llama with biases")]
    public void With_rotary_positions_queries_and_keys_are_scaled_within_their_heads(string name)
    {
        using var scope = new TensorScope();
        using var model = Make(name, DType.Float64);
        var layer = ((IAttentionModel)model).Attentions[1];
        var bias = layer.Key.Bias is not null;
        Tensor Block() => CloverPair.Writes(layer.Key, 4, 4, bias).Detach().Clone();
        Tensor before = Block(), queries = layer.Query.Weight.Value.Detach().Clone();
        using var clover = new Clover((IAttentionModel)model, new());
        // The weights stay to the bit; what was found is their own decomposition.
        Assert.Equal(before.ToDoubles(), Block().ToDoubles());
        Assert.Equal(queries.ToDoubles(), layer.Query.Weight.Value.Detach().ToDoubles());
        var found = clover.Heads.Single(head => head.Layer == layer.Name && head.Head == 1 && head.Part == CloverPart.Key);
        Assert.Equal(Ops.LinalgSvdvals(before).ToDoubles(), found.Values, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(0, found.Dropped);
        Assert.Equal(4, clover.Heads.Count(head => head.Layer == layer.Name && head.Part == CloverPart.Query));
        // Four factors make four other singular values between the same singular vectors.
        double[] factors = [2, 0.5, -1, 3];
        factors.CopyTo(clover.Parameters.Single(p => p.Name == layer.Name + ".clover_key").Value.AsSpan<double>()[4..]);
        clover.Merge();
        var (u, s, v) = Ops.LinalgSvd(before, fullMatrices: false);
        var expected = (u * (s * Tensor.From<double>(factors, 4)).View(1, -1)).Mm(v);
        Assert.All(expected.Detach().ToDoubles().Zip(Block().ToDoubles()), pair => Assert.Equal(pair.First, pair.Second, 12));
        Assert.Equal(queries.ToDoubles(), layer.Query.Weight.Value.Detach().ToDoubles());
    }

    [Fact]
    public void Factors_of_queries_and_keys_have_the_gradient_of_differences()
    {
        using var scope = new TensorScope();
        using var model = Make("llama", DType.Float64);
        using var clover = new Clover((IAttentionModel)model, new());
        clover.Attach();
        double Loss()
        {
            using var mode = GradMode.Disable();
            return model.Forward(Tensor.From<long>(s_tokens, 1, 12)).Square().Sum().Item();
        }

        model.Forward(Tensor.From<long>(s_tokens, 1, 12)).Square().Sum().Backward();
        foreach (var parameter in clover.Parameters)
        {
            var values = parameter.Value.AsSpan<double>();
            var gradient = parameter.Gradient!.ToDoubles();
            for (var i = 0; i < values.Length; i += 3)
            {
                var kept = values[i];
                values[i] = kept + 1e-5;
                var above = Loss();
                values[i] = kept - 1e-5;
                var below = Loss();
                values[i] = kept;
                Assert.Equal((above - below) / 2e-5, gradient[i], 1e-5 * Math.Max(1, Math.Abs(gradient[i])));
            }
        }
    }

    [Fact]
    public void Vectors_without_use_are_dropped_and_outputs_stay()
    {
        using var scope = new TensorScope();
        using var model = Make("gpt", DType.Float64);
        using (GradMode.Disable())
        {
            foreach (var layer in ((IAttentionModel)model).Attentions)
            {
                for (var head = 0; head < layer.Heads; head++)
                {
                    // A head of two directions, spread over all its numbers.
                    var block = CloverPair.Writes(layer.Value, layer.ValueAt + (head * layer.Size), layer.Size, true);
                    var mix = new RandomStream(new Seed((ulong)head)).NextGaussians([layer.Size, 2], DType.Float64);
                    CloverPair.Write(layer.Value, layer.ValueAt + (head * layer.Size), layer.Size, block.Mm(mix).Mm(mix.T()));
                }
            }
        }

        var before = Outputs(model);
        using var clover = new Clover((IAttentionModel)model, new() { Redundant = 1e-6 });
        Assert.All(clover.Heads.Where(head => head.Part == CloverPart.ValueOutput), head => Assert.Equal(2, head.Dropped));
        Assert.All(clover.Heads.Where(head => head.Part == CloverPart.QueryKey), head => Assert.Equal(0, head.Dropped));
        Assert.All(before.Zip(Outputs(model)), pair => Assert.Equal(pair.First, pair.Second, 11));
    }

    [Theory]
    [InlineData("gpt", CloverTuning.Values, 2 * 2 * 16)]
    [InlineData("llama", CloverTuning.Values, 2 * (8 + 8 + 16))]
    [InlineData("llama", CloverTuning.Matrices, 2 * 4 * (8 + 8 + 16))]
    [InlineData("gpt", CloverTuning.Matrices, 2 * 2 * 4 * 16)]
    public void Training_scales_alone_fits_a_task(string name, CloverTuning tuning, int count)
    {
        using var model = Make(name, DType.Float32);
        using var clover = new Clover((IAttentionModel)model, new() { Tuning = tuning });
        Assert.Equal(count, clover.Parameters.Sum(p => p.Value.ElementCount));
        var weights = model.Parameters.SelectMany(p => p.Value.Detach().ToDoubles()).ToArray();
        int[][] texts = [[1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1], [1, 3, 5, 7, 9, 0]];
        var task = new SequenceTask("texts", texts, texts, 3, default);
        var result = TaskAdaptation.Adapt(model, clover, task, new AdamWOptions { LearningRate = 0.05, WeightDecay = 0 }, new() { Steps = 60 });
        Assert.True(result.Last < result.Start - 0.01, $"{result}");
        Assert.Equal(weights, model.Parameters.SelectMany(p => p.Value.Detach().ToDoubles()));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var model = new Llama(
            new LlamaOptions { Vocabulary = 10, Width = 8, InnerWidth = 8, Layers = 1, Heads = 1, KeyHeads = 1, HeadSize = 16, Context = 8 }, new Seed(1));
        var error = Assert.Throws<ArgumentException>(() => new Clover(model, new()));
        Assert.StartsWith(
            "The heads of 'model.layers.0.self_attn' have 16 numbers, more than the 8 of the layers around them.", error.Message, StringComparison.Ordinal);
        using var gpt = Make("gpt", DType.Float32);
        var option = Assert.Throws<OptionException>(() => new Clover((IAttentionModel)gpt, new() { Redundant = 1 }));
        Assert.StartsWith("Redundant was 1; it must lie in [0, 1).", option.Message, StringComparison.Ordinal);
        using var clover = new Clover((IAttentionModel)gpt, new());
        Assert.Throws<NotSupportedException>(() => clover.Forward(clover.Parameters[0].Value));
    }

    private static void IsDiagonal(Tensor block, IReadOnlyList<double> values, DType dtype)
    {
        var gram = block.T().Mm(block);
        var entries = gram.Detach().ToDoubles();
        for (var i = 0; i < entries.Length; i++)
        {
            var (row, column) = (i / values.Count, i % values.Count);
            Assert.Equal(row == column ? values[row] : 0, entries[i], dtype == DType.Float32 ? 1e-5 : 1e-12);
        }
    }

    private static CausalModel Make(string name, DType dtype)
    {
        CausalModel model = name == "gpt"
            ? new Gpt(new GptOptions { Layers = 2, Heads = 4, Width = 16, Context = 12, Vocabulary = 10 }, new Seed(1), dtype)
            : new Llama(
                new LlamaOptions { Vocabulary = 10, Width = 16, InnerWidth = 20, Layers = 2, Heads = 4, KeyHeads = 2, Context = 12, AttentionBias = name == "llama with biases" },
                new Seed(1), dtype);
        // First weights are too small for attention to matter, and biases are 0.
        using var mode = GradMode.Disable();
        var random = new RandomStream(new Seed(2));
        foreach (var parameter in model.Parameters.Where(p => p.Role != ParameterRoles.Embedding))
        {
            using var scope = new TensorScope();
            parameter.Value.CopyFrom(parameter.Value + (random.NextGaussians(parameter.Value.Shape, dtype) * 0.3));
        }

        return model;
    }

    private static double[] Outputs(CausalModel model)
    {
        using var mode = GradMode.Disable();
        using var scope = new TensorScope();
        return model.Forward(Tensor.From<long>(s_tokens, 1, 12)).ToDoubles();
    }
}
