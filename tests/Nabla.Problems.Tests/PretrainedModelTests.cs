using System.Text.Json;
using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Models;
using Nabla.Problems.Tokens;
using Nabla.Testing;

namespace Nabla.Problems.Tests;

/// <summary>Checkpoints written by golden/pretrained.py, whose scores were computed from the models' equations.</summary>
public sealed class PretrainedModelTests
{
    private static readonly string Fixtures = Path.Combine(GoldenVector.Folder, "pretrained");

    public static TheoryData<string, int> Cases()
    {
        var data = new TheoryData<string, int>();
        foreach (var folder in Directory.GetDirectories(Fixtures).Order(StringComparer.Ordinal))
        {
            for (var i = 0; i < Expected(folder).Count; i++)
            {
                data.Add(Path.GetFileName(folder), i);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Scores_and_greedy_text_are_those_of_the_equations(string name, int index)
    {
        var expected = Expected(Path.Combine(Fixtures, name))[index]!;
        using var copy = new FixtureCopy(name);
        copy.Configure(expected["changes"]!.AsObject());
        using var model = PretrainedModel.Load(copy.Folder);
        int[] prompt = [.. expected["prompt"]!.AsArray().Select(token => (int)token!)];
        using var scope = new TensorScope();
        using var mode = GradMode.Disable();
        var scores = model.Module.Forward(Tokens(prompt)).ToDoubles();

        double[] wanted = [.. expected["scores"]!.AsArray().SelectMany(row => row!.AsArray()).Select(score => (double)score!)];
        Assert.Equal(wanted.Length, scores.Length);
        for (var i = 0; i < wanted.Length; i++)
        {
            Assert.True(Math.Abs(wanted[i] - scores[i]) <= 1e-5 * Math.Max(1, Math.Abs(wanted[i])), $"score {i}: {scores[i]} instead of {wanted[i]}");
        }

        int[] greedy = [.. expected["greedy"]!.AsArray().Select(token => (int)token!)];
        Assert.Equal(greedy, Generate(model, greedy.Length, prompt)[0]);
        Assert.Equal(greedy, WithoutCache(model, prompt, greedy.Length));
    }

    [Theory]
    [InlineData("gpt2-tiny")]
    [InlineData("llama-tiny")]
    [InlineData("llama-tied")]
    public void A_batch_with_padding_gives_each_prompt_its_own_text(string name)
    {
        using var model = PretrainedModel.Load(Path.Combine(Fixtures, name));
        int[][] prompts = [[3, 1, 4, 1, 5, 9, 2, 6], [2], [7, 1, 8]];
        var together = Generate(model, 40, prompts);
        for (var row = 0; row < prompts.Length; row++)
        {
            Assert.Equal(Generate(model, 40, prompts[row])[0], together[row]);
        }
    }

    [Theory]
    [InlineData("gpt2-tiny")]
    [InlineData("llama-tiny")]
    public void Tokens_fed_in_pieces_give_the_scores_of_one_pass(string name)
    {
        using var model = PretrainedModel.Load(Path.Combine(Fixtures, name), DType.Float64);
        int[] tokens = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3];
        using var scope = new TensorScope();
        using var mode = GradMode.Disable();
        var whole = model.Module.Forward(Tokens(tokens)).ToDoubles();
        using var cache = model.Language.NewCache(1, 10);
        var pieces = new List<double>();
        foreach (var (start, end) in new[] { (0, 4), (4, 5), (5, 8), (8, 10) })
        {
            pieces.AddRange(model.Language.Scores(model.Language.Hidden(Tokens(tokens[start..end]), cache)).ToDoubles());
        }

        Assert.Equal(10, cache.Length);
        for (var i = 0; i < whole.Length; i++)
        {
            Assert.Equal(whole[i], pieces[i], 1e-12);
        }

        var full = Assert.Throws<ArgumentException>(() => model.Language.Hidden(Tokens([1]), cache));
        Assert.Contains("room for 10 tokens", full.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpt2-tiny", long.MaxValue, DType.Float32)]
    [InlineData("llama-tiny", 4_000, DType.Float32)]
    [InlineData("llama-tied", long.MaxValue, DType.BFloat16)]
    public void A_saved_model_is_the_model_again(string name, long mostBytes, DType type)
    {
        using var folder = new TemporaryFolder();
        using var model = PretrainedModel.Load(Path.Combine(Fixtures, name), type);
        model.Save(folder.Path, mostBytes);
        Assert.Equal(mostBytes == long.MaxValue, File.Exists(Path.Combine(folder.Path, "model.safetensors")));
        using var again = PretrainedModel.Load(folder.Path, type);
        foreach (var (saved, loaded) in model.Module.Parameters.Zip(again.Module.Parameters))
        {
            Assert.Equal(saved.Name, loaded.Name);
            Assert.Equal(saved.Value.ToDoubles(), loaded.Value.ToDoubles());
        }

        Assert.Equal(model.EndTokens, again.EndTokens);
        Assert.Equal(type.ToString().ToLowerInvariant(), (string?)again.Configuration["torch_dtype"]);
    }

    [Fact]
    public void Names_without_the_prefix_and_old_constants_are_read()
    {
        using var copy = new FixtureCopy("gpt2-tiny");
        copy.Rewrite(tensors =>
        {
            var renamed = tensors.Select(item => (item.Name["transformer.".Length..], item.Value)).ToList();
            renamed.Add(("h.0.attn.bias", Tensor.Ones([1, 1, 4, 4])));
            renamed.Add(("h.0.attn.masked_bias", Tensor.Scalar(-1e4)));
            renamed.Add(("lm_head.weight", Tensor.Ones([2])));
            return renamed;
        });
        using var model = PretrainedModel.Load(copy.Folder);
        using var original = PretrainedModel.Load(Path.Combine(Fixtures, "gpt2-tiny"));
        Assert.Equal(
            original.Module.Parameters.SelectMany(p => p.Value.ToDoubles()), model.Module.Parameters.SelectMany(p => p.Value.ToDoubles()));
    }

    [Theory]
    [InlineData("""{"model_type":"mamba"}""", "'mamba'; Nabla reads gpt2 and llama")]
    [InlineData("""{"model_type":null}""", "no 'model_type'")]
    [InlineData("""{"n_layer":"two"}""", "sets 'n_layer' to \"two\"; a whole number")]
    [InlineData("""{"n_layer":2000000000}""", "describes a model of")]
    [InlineData("""{"vocab_size":2147483647,"n_embd":2147483646}""", "no model that can be")]
    [InlineData("""{"vocab_size":62}""", "'transformer.wte.weight' is [61, 16] instead of [62, 16]|describes a model of")]
    [InlineData("""{"n_head":3}""", "a multiple of the number of heads")]
    [InlineData("""{"layer_norm_epsilon":0}""", "NormEpsilon")]
    [InlineData("""{"activation_function":"relu"}""", "sets 'activation_function' to \"relu\"; Nabla takes gelu_new")]
    [InlineData("""{"tie_word_embeddings":false}""", "'tie_word_embeddings'")]
    [InlineData("""{"n_layer":1}""", "'transformer.h.1.attn.c_attn.bias' is unknown")]
    public void A_configuration_that_does_not_fit_is_refused(string changes, string says)
    {
        using var copy = new FixtureCopy("gpt2-tiny");
        copy.Configure(JsonNode.Parse(changes)!.AsObject());
        var before = NativeMemory.LiveBytes;
        var refused = Assert.Throws<DataException>(() => PretrainedModel.Load(copy.Folder));
        Assert.Contains(says.Split('|'), part => refused.Message.Contains(part, StringComparison.Ordinal));
        Assert.Equal(before, NativeMemory.LiveBytes);
    }

    [Theory]
    [InlineData("""{"rope_scaling":{"rope_type":"longrope","factor":2.0}}""", "\"longrope\"; Nabla takes default, linear")]
    [InlineData("""{"rope_scaling":{"rope_type":"linear"}}""", "has no 'factor'")]
    [InlineData("""{"hidden_act":"gelu"}""", "Nabla takes silu")]
    [InlineData("""{"num_key_value_heads":3}""", "a divisor of the number of heads, 4")]
    [InlineData("""{"head_dim":7}""", "even")]
    public void A_llama_configuration_that_is_not_known_is_refused(string changes, string says)
    {
        using var copy = new FixtureCopy("llama-tiny");
        copy.Configure(JsonNode.Parse(changes)!.AsObject());
        Assert.Contains(says, Assert.Throws<DataException>(() => PretrainedModel.Load(copy.Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Positions_may_stand_where_newer_files_put_them()
    {
        using var copy = new FixtureCopy("llama-tiny");
        copy.Configure(JsonNode.Parse("""{"rope_scaling":null,"rope_theta":null,"rope_parameters":{"rope_type":"linear","rope_theta":10000.0,"factor":4.0}}""")!.AsObject());
        using var newer = PretrainedModel.Load(copy.Folder);
        copy.Configure(JsonNode.Parse("""{"rope_parameters":null,"rope_theta":10000.0,"rope_scaling":{"type":"linear","factor":4.0}}""")!.AsObject());
        using var older = PretrainedModel.Load(copy.Folder);
        Assert.Equal(((Llama)older.Module).Options, ((Llama)newer.Module).Options);
    }

    [Fact]
    public void Damaged_folders_get_a_sentence_each()
    {
        using var copy = new FixtureCopy("llama-tiny");
        var shard = Path.Combine(copy.Folder, "model-00002-of-00002.safetensors");
        var bytes = File.ReadAllBytes(shard);
        File.WriteAllBytes(shard, bytes[..^1]);
        Assert.Throws<SafeTensorsException>(() => PretrainedModel.Load(copy.Folder));
        File.Delete(shard);
        Says("is missing", copy);
        File.WriteAllBytes(shard, bytes);

        var index = Path.Combine(copy.Folder, "model.safetensors.index.json");
        var text = File.ReadAllText(index);
        File.WriteAllText(index, text.Replace("model-00002-of-00002", "../model-00002-of-00002", StringComparison.Ordinal));
        Says("a file of the same folder", copy);
        File.WriteAllText(index, text.Replace("model.norm.weight", "model.norm.gain", StringComparison.Ordinal));
        Says("holds no tensor 'model.norm.gain'", copy);
        File.WriteAllText(index, "{}");
        Says("no 'weight_map'", copy);
        File.WriteAllText(index, "{");
        Says("not valid JSON", copy);
        File.Delete(index);
        Says("neither model.safetensors nor", copy);
        File.WriteAllText(Path.Combine(copy.Folder, "config.json"), "[]");
        Says("not a JSON object", copy);
        File.Delete(Path.Combine(copy.Folder, "config.json"));
        Says("There is no", copy);
        Assert.Contains("There is no folder", Assert.Throws<DataException>(() => PretrainedModel.Load(copy.Folder + "x")).Message, StringComparison.Ordinal);
    }

    // The example of docs/language-models.md.
    [Fact]
    public void The_example_of_the_document_runs()
    {
        using var folders = new TemporaryFolder();
        var (folder, copy) = (Path.Combine(folders.Path, "model"), Path.Combine(folders.Path, "copy"));
        using (var made = PretrainedModel.Create(
            Sizes("llama-tied", 380), new Seed(1)))
        {
            made.Save(folder);
        }

        File.Copy(Path.Combine(GoldenVector.Folder, "tokenizers", "gpt2", "tokenizer.json"), Path.Combine(folder, "tokenizer.json"));

        using var model = PretrainedModel.Load(folder);
        var tokenizer = ByteLevelTokenizer.Load(folder);
        var texts = TokenGeneration.Generate(
            model.Language, [tokenizer.Encode("Hello")], new DecodingOptions { MaxNewTokens = 20, Stop = model.EndTokens },
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.NotEmpty(tokenizer.Decode(texts[0]));
        model.Save(copy);
        using var again = PretrainedModel.Load(copy);
        Assert.Equal(model.Module.Parameters[0].Value.ToDoubles(), again.Module.Parameters[0].Value.ToDoubles());
    }

    [Fact]
    public void The_count_of_numbers_is_that_of_the_made_model()
    {
        var gpt = new GptOptions { Layers = 3, Heads = 2, Width = 6, Context = 11, Vocabulary = 13, InnerWidth = 7 };
        using var first = new Gpt(gpt, new Seed(1));
        Assert.Equal(gpt.ParameterCount, first.Parameters.Sum(p => (double)p.Value.ElementCount));
        foreach (var tied in new[] { false, true })
        {
            var llama = new LlamaOptions
            {
                Layers = 3,
                Heads = 4,
                KeyHeads = 2,
                HeadSize = 6,
                Width = 10,
                InnerWidth = 7,
                Vocabulary = 13,
                TiedHead = tied,
                AttentionBias = tied,
                PerceptronBias = !tied,
            };
            using var second = new Llama(llama, new Seed(1));
            Assert.Equal(llama.ParameterCount, second.Parameters.Sum(p => (double)p.Value.ElementCount));
        }
    }

    [Fact]
    public void The_loss_taken_in_parts_is_that_of_all_scores_at_once_and_so_are_its_derivatives()
    {
        using var scope = new TensorScope();
        using var model = PretrainedModel.Load(Path.Combine(Fixtures, "llama-tiny"), DType.Float64);
        var inputs = Tensor.From<long>([3, 1, 4, 1, 5, 9, 2, 6], 2, 4);
        var targets = Tensor.From<long>([1, 4, 1, 5, 9, 2, 6, 5], 2, 4);
        var whole = model.Module.Forward(inputs).View(8, 59).CrossEntropyLoss(targets.View(-1));
        whole.Backward();
        double[][] wanted = [.. model.Module.Parameters.Select(parameter => parameter.Gradient!.ToDoubles())];
        // Three rows of 59 scores at a time: parts of three, three and two.
        foreach (var most in new[] { 3L * 59, 1L, 1L << 22 })
        {
            foreach (var parameter in model.Module.Parameters)
            {
                parameter.Value.Gradient = null;
            }

            var loss = NextTokenLoss.Of(model.Language, inputs, targets, most);
            Assert.Equal(whole.Item(), loss.Item(), 1e-12);
            loss.Backward();
            foreach (var (parameter, gradient) in model.Module.Parameters.Zip(wanted))
            {
                Assert.All(parameter.Gradient!.ToDoubles().Zip(gradient), pair => Assert.Equal(pair.Second, pair.First, 1e-10));
            }
        }

        Assert.Contains(
            "8 tokens and 4 targets",
            Assert.Throws<ArgumentException>(() => NextTokenLoss.Of(model.Language, inputs, Tensor.From<long>([1, 2, 3, 4], 4))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_llama_learns_and_its_gradients_are_those_of_differences()
    {
        var options = new LlamaOptions { Layers = 1, Heads = 2, KeyHeads = 1, Width = 8, InnerWidth = 6, Vocabulary = 5, Context = 6, Deviation = 0.3 };
        using var model = new Llama(options, new Seed(3), DType.Float64);
        long[] targets = [1, 2, 3, 4, 0, 2];
        double Loss()
        {
            using var scope = new TensorScope();
            using var mode = GradMode.Disable();
            return Value().Item();
        }

        Tensor Value() => model.Forward(Tokens([0, 1, 2, 3, 4, 0])).View(6, 5).CrossEntropyLoss(Tensor.From<long>(targets, 6));
        using (new TensorScope())
        {
            Value().Backward();
        }

        foreach (var parameter in model.Parameters)
        {
            using var scope = new TensorScope();
            var values = parameter.Value.AsSpan<double>();
            var gradient = parameter.Gradient!.ToDoubles();
            for (var i = 0; i < values.Length; i += Math.Max(1, values.Length / 3))
            {
                var kept = values[i];
                values[i] = kept + 1e-6;
                var above = Loss();
                values[i] = kept - 1e-6;
                var below = Loss();
                values[i] = kept;
                Assert.Equal((above - below) / 2e-6, gradient[i], 1e-7);
            }
        }
    }

    private static void Says(string part, FixtureCopy copy) =>
        Assert.Contains(part, Assert.Throws<DataException>(() => PretrainedModel.Load(copy.Folder)).Message, StringComparison.Ordinal);

    private static JsonObject Sizes(string name, int vocabulary)
    {
        var sizes = JsonNode.Parse(File.ReadAllText(Path.Combine(Fixtures, name, "config.json")))!.AsObject();
        sizes["vocab_size"] = vocabulary;
        return sizes;
    }

    private static JsonArray Expected(string folder) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")))!["cases"]!.AsArray();

    private static Tensor Tokens(int[] tokens) => Tensor.From<long>(Array.ConvertAll(tokens, token => (long)token), 1, tokens.Length);

    private static IReadOnlyList<int[]> Generate(PretrainedModel model, int count, params int[][] prompts) => TokenGeneration.Generate(
        model.Language, prompts, new() { MaxNewTokens = count }, cancellationToken: TestContext.Current.CancellationToken);

    private static int[] WithoutCache(PretrainedModel model, int[] prompt, int count)
    {
        List<int> tokens = [.. prompt];
        for (var i = 0; i < count; i++)
        {
            using var scope = new TensorScope();
            var scores = model.Module.Forward(Tokens([.. tokens])).Select(1, tokens.Count - 1);
            tokens.Add((int)scores.Argmax().Item());
        }

        return [.. tokens.Skip(prompt.Length)];
    }

    private sealed class FixtureCopy : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        internal FixtureCopy(string name)
        {
            foreach (var file in Directory.GetFiles(Path.Combine(Fixtures, name)))
            {
                File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
            }
        }

        internal string Folder => _folder.Path;

        public void Dispose() => _folder.Dispose();

        internal void Configure(JsonObject changes)
        {
            var path = Path.Combine(Folder, "config.json");
            var values = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            foreach (var (key, value) in changes)
            {
                values.Remove(key);
                if (value is not null)
                {
                    values[key] = value.DeepClone();
                }
            }

            File.WriteAllText(path, values.ToJsonString(JsonSerializerOptions.Default));
        }

        internal void Rewrite(Func<List<(string Name, Tensor Value)>, List<(string Name, Tensor Value)>> change)
        {
            using var scope = new TensorScope();
            var path = Path.Combine(Folder, "model.safetensors");
            List<(string Name, Tensor Value)> tensors = [];
            using (var file = SafeTensors.Open(path))
            {
                tensors.AddRange(file.Names.Select(name => (name, file.Load(name))));
            }

            SafeTensors.Write(path, change(tensors));
        }
    }
}
