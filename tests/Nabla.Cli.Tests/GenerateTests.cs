using System.Text.Json;
using System.Text.Json.Nodes;
using Nabla.Engine;
using Nabla.Problems.Models;
using Nabla.Testing;

namespace Nabla.Cli.Tests;

public sealed class GenerateTests
{
    [Fact]
    public void Prompts_are_gone_on_with_and_the_seed_fixes_the_draws()
    {
        using TemporaryFolder folder = new();
        string model = Model(folder);
        string[] drawn = ["generate", "--model", model, "--prompt", "the thing", "--prompt", "x", "--tokens", "8", "--temperature", "1", "--json"];
        JsonElement first = NablaProcess.Run([.. drawn, "--seed", "1"]).Json();
        JsonElement texts = first.GetProperty("texts");
        Assert.Equal(2, texts.GetArrayLength());
        Assert.Equal("the thing", texts[0].GetProperty("prompt").GetString());
        Assert.InRange(texts[0].GetProperty("tokens").GetArrayLength(), 1, 8);
        Assert.Equal(texts.GetRawText(), NablaProcess.Run([.. drawn, "--seed", "1"]).Json().GetProperty("texts").GetRawText());
        Assert.NotEqual(texts.GetRawText(), NablaProcess.Run([.. drawn, "--seed", "2"]).Json().GetProperty("texts").GetRawText());
    }

    [Fact]
    public void One_prompt_is_written_with_its_text()
    {
        using TemporaryFolder folder = new();
        string model = Model(folder);
        NablaResult result = NablaProcess.Run("generate", "--model", model, "--prompt", "the thing", "--tokens", "5");
        Assert.Equal(0, result.Code);
        string text = NablaProcess.Run("generate", "--model", model, "--prompt", "the thing", "--tokens", "5", "--json").Json()
            .GetProperty("texts")[0].GetProperty("text").GetString()!;
        Assert.StartsWith("the thing" + text[..Math.Min(2, text.Length)], result.Output, StringComparison.Ordinal);
        Assert.Contains("a second.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_is_answered_with_a_sentence()
    {
        using TemporaryFolder folder = new();
        string model = Model(folder);
        NablaProcess.Run("generate", "--model", model + "-not", "--prompt", "x").Fails(2, "There is no folder");
        NablaProcess.Run("generate", "--model", model, "--prompt", "").Fails(2, "The option --prompt is empty");
        NablaProcess.Run("generate", "--model", model, "--prompt", "x", "--top-k", "5").Fails(2, "Add --temperature 1.");
        NablaProcess.Run("generate", "--model", model, "--prompt", "x", "--top-p", "0").Fails(2, "above 0 and at most 1");
        File.Delete(Path.Combine(model, "tokenizer.json"));
        NablaProcess.Run("generate", "--model", model, "--prompt", "x").Fails(2, "tokenizer.json");
        File.Copy(Path.Combine(GoldenVector.Folder, "tokenizers", "gpt2", "tokenizer.json"), Path.Combine(model, "tokenizer.json"));
        string configuration = Path.Combine(model, "config.json");
        JsonObject small = JsonNode.Parse(File.ReadAllText(configuration))!.AsObject();
        small["vocab_size"] = 100;
        using (PretrainedModel other = PretrainedModel.Create(small, new Seed(1)))
        {
            other.Save(model);
        }

        NablaProcess.Run("generate", "--model", model, "--prompt", "x").Fails(2, "They do not belong together.");
    }

    /// <summary>A tiny random Llama with a tokenizer, in the layout of a published model.</summary>
    internal static string Model(TemporaryFolder folder)
    {
        string path = Path.Combine(folder.Path, "model");
        JsonObject configuration = JsonNode.Parse(
            """
            {"model_type": "llama", "vocab_size": 380, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 1,
             "num_attention_heads": 2, "max_position_embeddings": 64, "initializer_range": 0.5, "eos_token_id": 376}
            """)!.AsObject();
        using PretrainedModel model = PretrainedModel.Create(configuration, new Seed(1));
        model.Save(path);
        File.Copy(Path.Combine(GoldenVector.Folder, "tokenizers", "gpt2", "tokenizer.json"), Path.Combine(path, "tokenizer.json"));
        return path;
    }
}
