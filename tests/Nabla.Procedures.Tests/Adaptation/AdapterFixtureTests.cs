using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Models;
using Nabla.Procedures.Adaptation;
using Nabla.Testing;

namespace Nabla.Procedures.Tests.Adaptation;

/// <summary>Adapters that an independent program wrote in PEFT's layout, and what real models make of adapters.</summary>
public sealed class AdapterFixtureTests
{
    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama")]
    public void A_written_adapter_gives_its_scores_beside_the_model_and_in_its_weights(string name)
    {
        using var scope = new TensorScope();
        var (folder, expected) = Fixture(name);
        using var model = Model(expected);
        using var adapter = AdapterFiles.Load(folder, model.Module);
        adapter.Training = false;
        Assert.Equal(Tensors(expected), adapter.Parameters.Select(Describe).Order(StringComparer.Ordinal));
        int[] prompt = [.. expected["prompt"]!.AsArray().Select(token => (int)token!)];
        double[] wanted = [.. expected["scores"]!.AsArray().SelectMany(row => row!.AsArray()).Select(score => (double)score!)];
        var plain = Scores(model.Module, prompt);
        Assert.Contains(plain.Zip(wanted), pair => Math.Abs(pair.First - pair.Second) > 0.1);
        adapter.Attach();
        Near(wanted, Scores(model.Module, prompt));
        if (name == "llama")
        {
            // A tied head is no part of an embedding's adapter, but the same weights: merged, GPT-2 would be another model.
            adapter.Merge();
            Near(wanted, Scores(model.Module, prompt));
            adapter.Unmerge();
        }

        adapter.Detach();
        Assert.Equal(plain, Scores(model.Module, prompt));
    }

    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama")]
    public void A_saved_adapter_has_the_keys_the_shapes_and_the_settings_of_one_written_elsewhere(string name)
    {
        using var again = new TemporaryFolder();
        var (folder, expected) = Fixture(name);
        using var model = Model(expected);
        using var adapter = AdapterFiles.Load(folder, model.Module);
        AdapterFiles.Save(again.Path, adapter, expected["model"]!.GetValue<string>());
        using var file = SafeTensors.Open(Path.Combine(again.Path, "adapter_model.safetensors"));
        Assert.Equal(Tensors(expected), file.Entries.Select(entry => $"{entry.Name} {string.Join('x', entry.Shape)}").Order(StringComparer.Ordinal));
        var theirs = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "adapter_config.json")))!.AsObject();
        var ours = JsonNode.Parse(File.ReadAllText(Path.Combine(again.Path, "adapter_config.json")))!.AsObject();
        foreach (var key in new[] { "peft_type", "r", "lora_alpha", "lora_dropout", "bias", "fan_in_fan_out", "use_rslora", "task_type", "base_model_name_or_path", "inference_mode" })
        {
            Assert.True(JsonNode.DeepEquals(theirs[key], ours[key]), $"{key}: {theirs[key]} against {ours[key]}");
        }

        using var loaded = AdapterFiles.Load(again.Path, model.Module);
        Assert.Equal(adapter.Layers.Select(layer => (layer.Name, layer.Options.Scale)), loaded.Layers.Select(layer => (layer.Name, layer.Options.Scale)));
        Assert.Equal(adapter.Parameters.SelectMany(p => p.Value.ToDoubles()), loaded.Parameters.SelectMany(p => p.Value.ToDoubles()));
    }

    [Fact]
    public void Scales_move_between_the_factors_and_the_rank_is_that_of_the_options()
    {
        using var scope = new TensorScope();
        using var layer = new Linear(Tensor.Zeros([7, 9], DType.Float64).Release());
        using var adapter = new LoraAdapter(layer, new LoraOptions { Rank = 3, Alpha = 2 }, new Seed(1));
        using var doubled = new LoraAdapter(layer, new LoraOptions { Rank = 3, Alpha = 4 }, new Seed(1));
        var random = new RandomStream(new Seed(2));
        var (one, two) = (adapter.Layers[0], doubled.Layers[0]);
        foreach (ref var value in one.B.Value.AsSpan<double>())
        {
            value = random.NextGaussian();
        }

        one.A.Value.ToDoubles().CopyTo(two.A.Value.AsSpan<double>());
        one.B.Value.ToDoubles().Select(value => value / 2).ToArray().CopyTo(two.B.Value.AsSpan<double>());
        var delta = one.Delta();
        Near(delta.ToDoubles(), two.Delta().ToDoubles(), 1e-14);
        var values = Ops.LinalgSvdvals(delta).ToDoubles();
        Assert.True(values[2] > 1e-3 * values[0]);
        Assert.All(values[3..], value => Assert.True(value < 1e-12 * values[0]));
        foreach (ref var value in one.A.Value.AsSpan<double>())
        {
            value *= 4;
        }

        foreach (ref var value in one.B.Value.AsSpan<double>())
        {
            value /= 4;
        }

        Near(delta.ToDoubles(), one.Delta().ToDoubles(), 1e-14);
    }

    [Fact]
    public void Training_an_adapter_leaves_every_bit_of_the_base_and_makes_no_gradient_for_it()
    {
        using var scope = new TensorScope();
        using var model = new TwoLayers();
        var before = WeightChecksum.Of(model);
        var adapter = new LoraAdapter(model, new LoraOptions { Rank = 2 }, new Seed(1));
        using (var adapted = new AdaptedModel(model, adapter))
        {
            Assert.Equal(adapter.Parameters.Select(p => p.Name), adapted.Parameters.Select(p => p.Name));
            adapted.Training = false;
            Assert.False(adapter.Training);
            adapted.Forward(Tensor.From<long>([0, 3, 1], 3)).Square().Sum().Backward();
            Assert.All(model.Parameters, parameter => Assert.Null(parameter.Gradient));
            Assert.Contains(adapted.Parameters, parameter => parameter.Gradient is not null);
            using var mode = GradMode.Disable();
            foreach (var parameter in adapted.Parameters)
            {
                parameter.Value.Sub_(parameter.Gradient!);
            }
        }

        Assert.Equal(before, WeightChecksum.Of(model));
        Assert.All(model.Parameters, parameter => Assert.True(parameter.Value.RequiresGrad));
        model.Parameters[0].Value.AsSpan<double>()[0] = Math.BitIncrement(model.Parameters[0].Value.AsSpan<double>()[0]);
        Assert.NotEqual(before, WeightChecksum.Of(model));
    }

    private static (string Folder, JsonObject Expected) Fixture(string name)
    {
        var folder = Path.Combine(GoldenVector.Folder, "adapters", name);
        return (folder, JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")))!.AsObject());
    }

    private static PretrainedModel Model(JsonObject expected) =>
        PretrainedModel.Load(Path.Combine(GoldenVector.Folder, "pretrained", expected["model"]!.GetValue<string>()));

    private static IEnumerable<string> Tensors(JsonObject expected) => expected["tensors"]!.AsObject()
        .Select(pair => $"{pair.Key} {string.Join('x', pair.Value!.AsArray().Select(size => (int)size!))}").Order(StringComparer.Ordinal);

    private static string Describe(Parameter parameter) => $"base_model.model.{parameter.Name} {string.Join('x', parameter.Value.Shape)}";

    private static double[] Scores(Module model, int[] prompt)
    {
        using var scope = new TensorScope();
        using var mode = GradMode.Disable();
        return model.Forward(Tensor.From<long>([.. prompt.Select(token => (long)token)], 1, prompt.Length)).ToDoubles();
    }

    private static void Near(double[] wanted, double[] got, double tolerance = 1e-5)
    {
        Assert.Equal(wanted.Length, got.Length);
        for (var i = 0; i < wanted.Length; i++)
        {
            Assert.Equal(wanted[i], got[i], tolerance * Math.Max(1, Math.Abs(wanted[i])));
        }
    }
}
