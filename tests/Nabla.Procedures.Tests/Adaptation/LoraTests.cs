using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Procedures.Adaptation;
using Nabla.Testing;

namespace Nabla.Procedures.Tests.Adaptation;

public sealed class LoraTests
{
    private static readonly string[] Everything = ["table", "first", "second", "head"];

    [Fact]
    public void A_layer_gives_the_numbers_worked_by_hand()
    {
        // W x + s B A x with s = 4: (8, 1) from the base, (25, -9) with the adapter; gradients of half the square.
        using var scope = new TensorScope();
        using var layer = new Linear(Tensor.From<double>([1, 2, 0, 0, -1, 1], 2, 3).Release());
        using var adapter = new LoraAdapter(layer, new LoraOptions { Rank = 1, Alpha = 4 }, new Seed(1));
        Set(adapter.Layers[0].A, 0.5, -0.5, 1);
        Set(adapter.Layers[0].B, 2, -1);
        var x = Tensor.From<double>([1, 2, 3], 1, 3);
        adapter.Attach();
        var y = layer.Forward(x);
        Assert.Equal([25, -9], y.ToDoubles());
        (y.Square().Sum() * 0.5).Backward();
        Assert.Equal([236, 472, 708], adapter.Layers[0].A.Gradient!.ToDoubles());
        Assert.Equal([250, -90], adapter.Layers[0].B.Gradient!.ToDoubles());
        adapter.Merge();
        Assert.Equal([5, -2, 8, -2, 1, -3], layer.Weight.Value.ToDoubles());
        Assert.Equal([25, -9], layer.Forward(x).ToDoubles());
        adapter.Unmerge();
        Assert.Equal([1, 2, 0, 0, -1, 1], layer.Weight.Value.ToDoubles());
    }

    [Theory]
    [InlineData(LoraStart.Default)]
    [InlineData(LoraStart.Gaussian)]
    [InlineData(LoraStart.Reversed)]
    public void A_fresh_adapter_changes_no_bit_and_one_factor_moves_first(LoraStart start)
    {
        using var scope = new TensorScope();
        using var model = new TwoLayers();
        var before = Output(model);
        using var adapter = new LoraAdapter(model, new LoraOptions { Rank = 2, Start = start }, new Seed(1), Everything);
        adapter.Attach();
        Assert.True(adapter.IsAttached);
        Assert.Equal(before, Output(model));
        Loss(model).Backward();
        foreach (var layer in adapter.Layers)
        {
            // The factor that is not zero gets no gradient while the other is zero.
            var (zero, random) = layer.A.Value.ToDoubles().All(value => value == 0) ? (layer.A, layer.B) : (layer.B, layer.A);
            Assert.Equal(start == LoraStart.Reversed != layer.Layer.IsEmbedding, ReferenceEquals(zero, layer.A));
            Assert.All(zero.Value.ToDoubles(), value => Assert.Equal(0, value));
            Assert.All(random.Value.ToDoubles(), value => Assert.NotEqual(0, value));
            Assert.All(random.Gradient!.ToDoubles(), value => Assert.Equal(0, value));
            Assert.Contains(zero.Gradient!.ToDoubles(), value => value != 0);
        }
    }

    [Theory]
    [InlineData(LoraStart.Default, 1.0 / 3)]
    [InlineData(LoraStart.Gaussian, 1000.0 / 16)]
    public void Starts_have_their_variance(LoraStart start, double inputs)
    {
        using var scope = new TensorScope();
        using var layer = new Linear(Tensor.Zeros([3, 1000], DType.Float64).Release());
        using var adapter = new LoraAdapter(layer, new LoraOptions { Rank = 4, Start = start }, new Seed(1));
        var variance = adapter.Layers[0].A.Value.ToDoubles().Average(value => value * value) * 1000;
        // 4,000 draws: the variance of a uniform or normal sample is known to 1 part in 30 at worst.
        Assert.InRange(variance / inputs, 0.9, 1.1);
    }

    [Fact]
    public void Gradients_are_those_of_differences_with_every_kind_of_layer()
    {
        using var scope = new TensorScope();
        using var model = new TwoLayers();
        using var adapter = new LoraAdapter(model, new LoraOptions { Rank = 2, Alpha = 3 }, new Seed(1), Everything);
        Shake(adapter);
        adapter.Attach();
        Loss(model).Backward();
        foreach (var parameter in adapter.Parameters)
        {
            var values = parameter.Value.AsSpan<double>();
            var gradient = parameter.Gradient!.ToDoubles();
            for (var i = 0; i < values.Length; i++)
            {
                var kept = values[i];
                values[i] = kept + 1e-6;
                var above = LossValue(model);
                values[i] = kept - 1e-6;
                var below = LossValue(model);
                values[i] = kept;
                Assert.Equal((above - below) / 2e-6, gradient[i], 1e-6 * Math.Max(1, Math.Abs(gradient[i])));
            }
        }
    }

    [Theory]
    [InlineData(false, 1.5)]
    [InlineData(true, 3.0)]
    public void Merging_gives_the_same_outputs_and_unmerging_the_same_bits(bool stabilized, double scale)
    {
        using var scope = new TensorScope();
        using var model = new TwoLayers();
        var weights = model.Parameters.SelectMany(p => p.Value.ToDoubles()).ToArray();
        using var adapter = new LoraAdapter(
            model, new LoraOptions { Rank = 4, Alpha = 6, RankStabilized = stabilized }, new Seed(1), Everything);
        Assert.Equal(scale, adapter.Options.Scale);
        Shake(adapter);
        adapter.Attach();
        var beside = Output(model);
        adapter.Merge();
        Assert.False(adapter.IsAttached);
        var merged = Output(model);
        for (var i = 0; i < beside.Length; i++)
        {
            Assert.Equal(beside[i], merged[i], 1e-12 * Math.Max(1, Math.Abs(beside[i])));
        }

        Assert.Throws<InvalidOperationException>(() => adapter.Merge());
        Assert.Throws<InvalidOperationException>(adapter.Attach);
        adapter.Unmerge();
        Assert.Equal(weights, model.Parameters.SelectMany(p => p.Value.ToDoubles()));
        Assert.Throws<InvalidOperationException>(adapter.Unmerge);
    }

    [Fact]
    public void Adapters_of_one_base_take_turns()
    {
        using var scope = new TensorScope();
        using var model = new TwoLayers();
        var plain = Output(model);
        using var one = new LoraAdapter(model, new LoraOptions { Rank = 1 }, new Seed(1));
        using var two = new LoraAdapter(model, new LoraOptions { Rank = 3 }, new Seed(2), ["first"]);
        Shake(one);
        Shake(two);
        one.Attach();
        var first = Output(model);
        one.Detach();
        two.Attach();
        var second = Output(model);
        one.Detach();
        Assert.Equal(second, Output(model));
        two.Detach();
        Assert.Equal(plain, Output(model));
        one.Attach();
        Assert.Equal(first, Output(model));
        Assert.NotEqual(first, second);
        Assert.Equal(["body.first", "body.second"], one.Layers.Select(layer => layer.Name));
    }

    [Fact]
    public void Dropout_acts_in_training_alone()
    {
        using var scope = new TensorScope();
        using var model = new TwoLayers();
        using var adapter = new LoraAdapter(model, new LoraOptions { Rank = 2, Dropout = 0.5 }, new Seed(1), ["first"]);
        Shake(adapter);
        adapter.Attach();
        Assert.NotEqual(Output(model), Output(model));
        adapter.Training = false;
        Assert.Equal(Output(model), Output(model));
    }

    [Fact]
    public void A_target_that_is_no_layer_is_named()
    {
        using var model = new TwoLayers();
        var refused = Assert.Throws<ArgumentException>(() => new LoraAdapter(model, new LoraOptions(), new Seed(1), ["first", "q_proj"]));
        Assert.Contains("'q_proj'. There are table, first, second, head, and 'all-linear'", refused.Message, StringComparison.Ordinal);
        Assert.Throws<OptionException>(() => new LoraAdapter(model, new LoraOptions { Rank = 0 }, new Seed(1)));
    }

    [Fact]
    public void Files_have_the_keys_shapes_and_settings_of_the_layout()
    {
        using var folder = new TemporaryFolder();
        using var model = new TwoLayers();
        using var adapter = new LoraAdapter(model, new LoraOptions { Rank = 2, Alpha = 4, Dropout = 0.1 }, new Seed(1), Everything);
        AdapterFiles.Save(folder.Path, adapter, "some/base");
        using var file = SafeTensors.Open(Path.Combine(folder.Path, "adapter_model.safetensors"));
        Assert.Equal(
            [
                "base_model.model.body.first.lora_A.weight 2x3", "base_model.model.body.first.lora_B.weight 4x2",
                "base_model.model.body.second.lora_A.weight 2x4", "base_model.model.body.second.lora_B.weight 2x2",
                "base_model.model.body.table.lora_embedding_A 2x5", "base_model.model.body.table.lora_embedding_B 3x2",
                "base_model.model.head.lora_A.weight 2x2", "base_model.model.head.lora_B.weight 2x2",
            ],
            file.Entries.Select(entry => $"{entry.Name} {string.Join('x', entry.Shape)}").Order(StringComparer.Ordinal));
        Assert.Equal("pt", file.Metadata["format"]);
        var configuration = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path, "adapter_config.json")))!.AsObject();
        Assert.Equal(configuration.Select(pair => pair.Key).Order(StringComparer.Ordinal), configuration.Select(pair => pair.Key));
        Assert.Equal(
            """{"alpha_pattern":{},"base_model_name_or_path":"some/base","bias":"none","fan_in_fan_out":true,"inference_mode":true,"init_lora_weights":true,"layers_to_transform":null,"lora_alpha":4,"lora_dropout":0.1,"modules_to_save":null,"peft_type":"LORA","r":2,"rank_pattern":{},"revision":null,"target_modules":["table","first","second","head"],"task_type":"CAUSAL_LM","use_dora":false,"use_rslora":false}""",
            configuration.ToJsonString());
    }

    [Fact]
    public void A_saved_adapter_is_the_adapter_again_and_saves_to_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        using var again = new TemporaryFolder();
        using var model = new TwoLayers();
        using var adapter = new LoraAdapter(model, new LoraOptions { Rank = 2, RankStabilized = true }, new Seed(1), Everything);
        Shake(adapter);
        AdapterFiles.Save(folder.Path, adapter);
        using var loaded = AdapterFiles.Load(folder.Path, model);
        Assert.Equal(adapter.Parameters.SelectMany(p => p.Value.ToDoubles()), loaded.Parameters.SelectMany(p => p.Value.ToDoubles()));
        Assert.Equal(adapter.Options, loaded.Options);
        AdapterFiles.Save(again.Path, loaded);
        foreach (var name in new[] { "adapter_config.json", "adapter_model.safetensors" })
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder.Path, name)), File.ReadAllBytes(Path.Combine(again.Path, name)));
        }
    }

    [Fact]
    public void Layers_may_have_ranks_of_their_own_and_targets_a_pattern()
    {
        using var folder = new TemporaryFolder();
        using var model = new TwoLayers();
        SafeTensors.Write(
            Path.Combine(folder.Path, "adapter_model.safetensors"),
            [
                ("base_model.model.body.first.lora_A.weight", Tensor.Ones([3, 3], DType.Float32)),
                ("base_model.model.body.first.lora_B.weight", Tensor.Ones([4, 3], DType.Float32)),
                ("base_model.model.body.second.lora_A.weight", Tensor.Ones([1, 4], DType.Float32)),
                ("base_model.model.body.second.lora_B.weight", Tensor.Ones([2, 1], DType.Float32)),
            ]);
        Write(folder, """{"peft_type":"LORA","target_modules":"body\\.(first|second)","r":1,"lora_alpha":2,"rank_pattern":{"first":3},"alpha_pattern":{"body.second":5},"a_newer_key":[1]}""");
        using var adapter = AdapterFiles.Load(folder.Path, model);
        Assert.Equal([3, 1], adapter.Layers.Select(layer => layer.Options.Rank));
        Assert.Equal([2.0 / 3, 5], adapter.Layers.Select(layer => layer.Options.Scale));
    }

    [Theory]
    [InlineData("""{"peft_type":"IA3","target_modules":["first"]}""", "peft_type is 'IA3'; Nabla reads LORA")]
    [InlineData("""{"peft_type":"LORA","target_modules":["first"],"use_dora":true}""", "use_dora")]
    [InlineData("""{"peft_type":"LORA","target_modules":["first"],"bias":"all"}""", "bias is 'all'")]
    [InlineData("""{"peft_type":"LORA","target_modules":["first"],"modules_to_save":["head"]}""", "modules_to_save")]
    [InlineData("""{"peft_type":"LORA","target_modules":["first"],"layers_to_transform":[0]}""", "layers_to_transform")]
    [InlineData("""{"peft_type":"LORA","target_modules":["first"],"r":0}""", "a rank is 0")]
    [InlineData("""{"peft_type":"LORA","target_modules":["first"],"r":65000}""", "factors have 455000 numbers")]
    [InlineData("""{"peft_type":"LORA","target_modules":["first"],"r":3}""", "factors have 21 numbers|lora_A.weight' is [2, 3] instead of [3, 3]")]
    [InlineData("""{"peft_type":"LORA","target_modules":["first"],"r":1}""", "lora_A.weight' is [2, 3] instead of [1, 3]")]
    [InlineData("""{"peft_type":"LORA","target_modules":["second"],"r":1}""", "'base_model.model.body.second.lora_A.weight' is missing")]
    [InlineData("""{"peft_type":"LORA","target_modules":["q_proj"],"r":2}""", "No layer of the model is called 'q_proj'")]
    [InlineData("""{"peft_type":"LORA","target_modules":"none","r":2}""", "no layer of the model matches 'none'")]
    [InlineData("""{"peft_type":"LORA","target_modules":"([","r":2}""", "does not fit the model")]
    [InlineData("""{"peft_type":"LORA","r":2}""", "has no target_modules")]
    [InlineData("""{"peft_type":"LORA","target_modules":[3]}""", "are no texts")]
    [InlineData("""{"peft_type":"LORA","target_modules":["first"],"r":"two"}""", "is not the JSON of an adapter")]
    [InlineData("null", "holds null")]
    [InlineData("{", "is not the JSON of an adapter")]
    public void Files_that_are_not_understood_are_refused(string configuration, string says)
    {
        using var folder = new TemporaryFolder();
        using var model = new TwoLayers();
        using (var adapter = new LoraAdapter(model, new LoraOptions { Rank = 2 }, new Seed(1), ["first"]))
        {
            AdapterFiles.Save(folder.Path, adapter);
        }

        Write(folder, configuration);
        var refused = Assert.Throws<AdapterFileException>(() => AdapterFiles.Load(folder.Path, model));
        Assert.Contains(says.Split('|'), part => refused.Message.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public void Missing_and_cut_files_are_named()
    {
        using var folder = new TemporaryFolder();
        using var model = new TwoLayers();
        Assert.Contains("Give the folder of an adapter", Assert.Throws<AdapterFileException>(() => AdapterFiles.Load(folder.Path, model)).Message, StringComparison.Ordinal);
        using var adapter = new LoraAdapter(model, new LoraOptions { Rank = 2 }, new Seed(1), ["first"]);
        AdapterFiles.Save(folder.Path, adapter);
        var weights = Path.Combine(folder.Path, "adapter_model.safetensors");
        File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..^1]);
        Assert.Throws<SafeTensorsException>(() => AdapterFiles.Load(folder.Path, model));
        File.Delete(weights);
        Assert.Contains("There is no", Assert.Throws<AdapterFileException>(() => AdapterFiles.Load(folder.Path, model)).Message, StringComparison.Ordinal);
    }

    private static void Write(TemporaryFolder folder, string configuration) =>
        File.WriteAllText(Path.Combine(folder.Path, "adapter_config.json"), configuration);

    private static void Set(Parameter parameter, params double[] values) => values.CopyTo(parameter.Value.AsSpan<double>());

    private static void Shake(LoraAdapter adapter)
    {
        var random = new RandomStream(new Seed(9));
        foreach (var parameter in adapter.Parameters)
        {
            foreach (ref var value in parameter.Value.AsSpan<double>())
            {
                value = 0.5 * random.NextGaussian();
            }
        }
    }

    private static Tensor Loss(Module model) => model.Forward(Tensor.From<long>([0, 3, 1, 3], 4)).Square().Sum();

    private static double LossValue(Module model)
    {
        using var scope = new TensorScope();
        using var mode = GradMode.Disable();
        return Loss(model).Item();
    }

    private static double[] Output(Module model)
    {
        using var scope = new TensorScope();
        using var mode = GradMode.Disable();
        return model.Forward(Tensor.From<long>([0, 3, 1, 3], 4)).ToDoubles();
    }
}
