using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Models;

namespace Nabla.Problems.Tests;

public sealed class GptTests : IDisposable
{
    private static readonly GptOptions Small = new() { Layers = 2, Heads = 2, Width = 8, Context = 6, Vocabulary = 11 };

    private readonly TensorScope _scope = new();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Names_and_shapes_are_those_of_gpt2()
    {
        using var model = new Gpt(Small, new Seed(1));
        List<string> expected = ["transformer.wte.weight 11×8", "transformer.wpe.weight 6×8"];
        for (var layer = 0; layer < 2; layer++)
        {
            expected.AddRange(((string[])[
                "ln_1.weight 8", "ln_1.bias 8", "attn.c_attn.weight 8×24", "attn.c_attn.bias 24", "attn.c_proj.weight 8×8",
                "attn.c_proj.bias 8", "ln_2.weight 8", "ln_2.bias 8", "mlp.c_fc.weight 8×32", "mlp.c_fc.bias 32",
                "mlp.c_proj.weight 32×8", "mlp.c_proj.bias 8",
            ]).Select(name => $"transformer.h.{layer}.{name}"));
        }

        expected.AddRange(["transformer.ln_f.weight 8", "transformer.ln_f.bias 8"]);
        Assert.Equal(expected, model.Parameters.Select(p => $"{p.Name} {string.Join('×', p.Value.Shape)}"));
        Assert.Equal(ParameterRoles.Embedding, model.Parameters[0].Role);
        Assert.All(model.Parameters.Skip(2), p => Assert.Equal(
            p.Value.Rank == 2 ? ParameterRoles.Matrix : ParameterRoles.Vector, p.Role));
    }

    [Fact]
    public void Default_model_has_about_084_million_parameters()
    {
        using var model = new Gpt(new GptOptions(), new Seed(1));
        Assert.Equal(842_496, model.Parameters.Sum(p => p.Value.ElementCount));
    }

    [Fact]
    public void First_weights_have_the_standard_deviations_and_do_not_depend_on_torch()
    {
        var options = new GptOptions { Layers = 2, Width = 64, Heads = 2 };
        using var model = new Gpt(options, new Seed(4));
        TorchGenerator.Default.ManualSeed(99);
        using var again = new Gpt(options, new Seed(4));
        using var other = new Gpt(options, new Seed(5));
        foreach (var (first, second) in model.Parameters.Zip(again.Parameters))
        {
            Assert.Equal(first.Value.ToArray<float>(), second.Value.ToArray<float>());
            if (first.Role == ParameterRoles.Vector)
            {
                Assert.All(first.Value.ToArray<float>(), v => Assert.Equal(first.Name.Contains("ln_", StringComparison.Ordinal) && first.Name.EndsWith("weight", StringComparison.Ordinal) ? 1f : 0f, v));
                continue;
            }

            var values = first.Value.ToArray<float>();
            var deviation = Math.Sqrt(values.Average(v => (double)v * v));
            var expected = first.Name.Contains("c_proj", StringComparison.Ordinal) ? 0.02 / 2 : 0.02;
            // Five standard errors of a deviation.
            Assert.InRange(deviation / expected, 1 - (5 / Math.Sqrt(2.0 * values.Length)), 1 + (5 / Math.Sqrt(2.0 * values.Length)));
        }

        Assert.NotEqual(model.Parameters[0].Value.ToArray<float>(), other.Parameters[0].Value.ToArray<float>());
    }

    [Fact]
    public void No_position_sees_a_later_token()
    {
        using var model = new Gpt(Small, new Seed(2), DType.Float64);
        Inflate(model);
        var before = model.Forward(Tokens(1, 2, 3, 4, 5, 6)).ToArray<double>();
        for (var changed = 0; changed < 6; changed++)
        {
            long[] tokens = [1, 2, 3, 4, 5, 6];
            tokens[changed] = 9;
            var after = model.Forward(Tokens(tokens)).ToArray<double>();
            for (var position = 0; position < 6; position++)
            {
                var same = before.AsSpan(position * 11, 11).SequenceEqual(after.AsSpan(position * 11, 11));
                Assert.Equal(position < changed, same);
            }
        }
    }

    [Fact]
    public void Shorter_sequences_get_the_scores_of_their_prefix()
    {
        using var model = new Gpt(Small, new Seed(2), DType.Float64);
        Inflate(model);
        var whole = model.Forward(Tokens(1, 2, 3, 4, 5, 6)).ToArray<double>();
        var prefix = model.Forward(Tokens(1, 2, 3)).ToArray<double>();
        for (var i = 0; i < prefix.Length; i++)
        {
            Assert.Equal(whole[i], prefix[i], 1e-12);
        }
    }

    [Fact]
    public void Scores_equal_a_plain_computation()
    {
        var options = new GptOptions { Layers = 1, Heads = 2, Width = 4, Context = 3, Vocabulary = 5 };
        using var model = new Gpt(options, new Seed(3), DType.Float64);
        Inflate(model);
        long[] tokens = [4, 0, 2];
        var actual = model.Forward(Tokens(tokens)).ToArray<double>();
        var expected = PlainGpt.Scores(model, options, tokens);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-12);
        }
    }

    [Fact]
    public void Gradients_of_every_parameter_agree_with_finite_differences()
    {
        using var model = new Gpt(Small, new Seed(7), DType.Float64);
        Inflate(model);
        var random = new RandomStream(new Seed(8));
        var inputs = Tokens(1, 2, 3, 1, 5, 0);
        var targets = Tensor.From<long>([2, 3, 1, 5, 0, 7], 6);
        Loss().Backward();
        foreach (var parameter in model.Parameters)
        {
            var gradient = parameter.Gradient!.ToArray<double>();
            var values = parameter.Value.AsSpan<double>();
            for (var probe = 0; probe < 3; probe++)
            {
                var at = random.NextInt(values.Length);
                var kept = values[at];
                const double step = 1e-5;
                values[at] = kept + step;
                var above = Loss().Item();
                values[at] = kept - step;
                var below = Loss().Item();
                values[at] = kept;
                var expected = (above - below) / (2 * step);
                Assert.True(Math.Abs(expected - gradient[at]) <= 1e-8 + (1e-6 * Math.Abs(expected)), $"{parameter.Name}[{at}]: {gradient[at]} against {expected}");
            }
        }

        Tensor Loss() => model.Forward(inputs).View(-1, 11).CrossEntropyLoss(targets);
    }

    [Fact]
    public void Tied_embedding_gets_gradient_as_input_and_as_output()
    {
        using var model = new Gpt(Small, new Seed(7), DType.Float64);
        Inflate(model);
        model.Forward(Tokens(1, 1, 1)).View(-1, 11).CrossEntropyLoss(Tensor.From<long>([2, 2, 2], 3)).Backward();
        var gradient = model.Parameters[0].Gradient!.ToArray<double>();
        // A softmax head moves every row; a plain input embedding would move row 1 only.
        for (var row = 0; row < 11; row++)
        {
            Assert.NotEqual(0.0, gradient[row * 8]);
        }
    }

    [Fact]
    public void Dropout_acts_in_training_only()
    {
        using var model = new Gpt(Small with { Dropout = 0.5 }, new Seed(7));
        using var plain = new Gpt(Small, new Seed(7));
        var tokens = Tokens(1, 2, 3);
        Assert.NotEqual(model.Forward(tokens).ToArray<float>(), model.Forward(tokens).ToArray<float>());
        model.Training = false;
        Assert.Equal(plain.Forward(tokens).ToArray<float>(), model.Forward(tokens).ToArray<float>());
    }

    [Fact]
    public void Forward_and_backward_leave_no_native_memory()
    {
        using var model = new Gpt(Small, new Seed(7));
        var tokens = Tokens(1, 2, 3);
        Step();
        var (handles, bytes) = (NativeMemory.LiveHandles, NativeMemory.LiveBytes);
        for (var i = 0; i < 5; i++)
        {
            Step();
        }

        Assert.Equal((handles, bytes), (NativeMemory.LiveHandles, NativeMemory.LiveBytes));

        void Step()
        {
            using var scope = new TensorScope();
            model.Forward(tokens).Sum().Backward();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Wrong_lengths_are_refused(int length)
    {
        using var model = new Gpt(Small, new Seed(7));
        var error = Assert.Throws<ArgumentException>(() => model.Forward(Tensor.Zeros([1, length], DType.Int64)));
        Assert.Contains("from 1 to 6", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_sizes_are_refused_by_name()
    {
        Assert.Contains("multiple of the number of heads, 3", Assert.Throws<ArgumentException>(() => new Gpt(Small with { Heads = 3 }, new Seed(1))).Message, StringComparison.Ordinal);
        Assert.Contains("Dropout", Assert.Throws<ArgumentException>(() => new Gpt(Small with { Dropout = 1 }, new Seed(1))).Message, StringComparison.Ordinal);
        Assert.Contains("Layers", Assert.Throws<ArgumentException>(() => new Gpt(Small with { Layers = 0 }, new Seed(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_go_through_a_file_and_misfits_are_all_named()
    {
        var folder = Directory.CreateTempSubdirectory("nabla-model-").FullName;
        try
        {
            var path = Path.Combine(folder, "model.safetensors");
            using var model = new Gpt(Small, new Seed(1));
            using var other = new Gpt(Small, new Seed(2));
            ModelFile.Save(path, model);
            ModelFile.Load(path, other);
            Assert.All(model.Parameters.Zip(other.Parameters), pair => Assert.Equal(pair.First.Value.ToArray<float>(), pair.Second.Value.ToArray<float>()));

            using var deeper = new Gpt(Small with { Layers = 3, Context = 4 }, new Seed(3));
            var before = deeper.Parameters[0].Value.ToArray<float>();
            var message = Assert.Throws<DataException>(() => ModelFile.Load(path, deeper)).Message;
            Assert.Contains("missing are transformer.h.2.ln_1.weight", message, StringComparison.Ordinal);
            Assert.Contains("transformer.wpe.weight is [6, 8] instead of [4, 8]", message, StringComparison.Ordinal);
            Assert.Equal(before, deeper.Parameters[0].Value.ToArray<float>());
            using var shallow = new Gpt(Small with { Layers = 1 }, new Seed(3));
            Assert.Contains("unexpected are transformer.h.1.", Assert.Throws<DataException>(() => ModelFile.Load(path, shallow)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Tensor Tokens(params long[] tokens) => Tensor.From<long>(tokens, 1, tokens.Length);

    // First weights are so small that an error in the attention would hide below the tolerance.
    internal static void Inflate(Module model)
    {
        var random = new RandomStream(new Seed(1234));
        foreach (var parameter in model.Parameters)
        {
            foreach (ref var value in parameter.Value.AsSpan<double>())
            {
                value += 0.5 * random.NextGaussian();
            }
        }
    }
}
