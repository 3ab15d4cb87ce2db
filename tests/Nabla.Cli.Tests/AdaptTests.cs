using System.Text.Json;
using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Models;
using Nabla.Procedures.Adaptation;

namespace Nabla.Cli.Tests;

public sealed class AdaptTests
{
    private static readonly string[] s_small = ["--batch", "4", "--context", "16", "--threads", "1", "--set", "learningRate=0.01"];

    [Fact]
    public void Adapting_lowers_the_loss_and_leaves_an_adapter_that_changes_what_the_model_says()
    {
        using TemporaryFolder folder = new();
        string model = GenerateTests.Model(folder);
        string adapter = Path.Combine(folder.Path, "adapter");
        string weights = Path.Combine(model, "model.safetensors");
        byte[] before = File.ReadAllBytes(weights);
        JsonElement document = NablaProcess.Run(
            folder.Environment, ["adapt", "--model", model, "--data", folder.Text(), "--out", adapter, "--steps", "40", "--json", .. s_small]).Json();
        Assert.True(document.GetProperty("loss_after").GetDouble() < document.GetProperty("loss_before").GetDouble() - 0.5, document.ToString());
        Assert.Equal(adapter, document.GetProperty("adapter").GetString());
        // Rank 8 beside seven matrices of one block: 4 × 8 × (16 + 16) and 3 × 8 × (16 + 24).
        Assert.Equal((4 * 8 * 32) + (3 * 8 * 40), document.GetProperty("numbers").GetInt64());
        Assert.Equal(before, File.ReadAllBytes(weights));
        JsonNode configuration = JsonNode.Parse(File.ReadAllText(Path.Combine(adapter, "adapter_config.json")))!;
        Assert.Equal(model, configuration["base_model_name_or_path"]!.GetValue<string>());

        string[] say = ["generate", "--model", model, "--prompt", "the", "--tokens", "10", "--json"];
        string plain = TextsOf(NablaProcess.Run(say).Json())[0];
        JsonElement adapted = NablaProcess.Run([.. say, "--adapter", adapter]).Json();
        string told = TextsOf(adapted)[0];
        Assert.NotEqual(plain, told);
        Assert.Equal(adapter, adapted.GetProperty("texts")[0].GetProperty("adapter").GetString());

        string merged = Path.Combine(folder.Path, "merged");
        JsonElement written = NablaProcess.Run(folder.Environment, "adapt", "merge", "--model", model, "--adapter", adapter, "--out", merged, "--json").Json();
        Assert.Equal(7, written.GetProperty("layers").GetInt32());
        Assert.Equal(told, TextsOf(NablaProcess.Run("generate", "--model", merged, "--prompt", "the", "--tokens", "10", "--json").Json())[0]);

        List<JsonElement> listed = [.. NablaProcess.Run(folder.Environment, "runs", "list", "--json").Json().EnumerateArray()];
        Assert.Equal(
            [document.GetProperty("run").GetString(), written.GetProperty("run").GetString()],
            listed.Select(run => run.GetProperty("run").GetString()).Order(StringComparer.Ordinal));
        Assert.All(listed, run => Assert.Equal("completed", run.GetProperty("ending").GetString()));
    }

    [Fact]
    public void Several_adapters_take_turns()
    {
        using TemporaryFolder folder = new();
        string model = GenerateTests.Model(folder);
        string one = Adapter(folder, model, "one", 1);
        string two = Adapter(folder, model, "two", 2);
        string[] say = ["generate", "--model", model, "--prompt", "the", "--prompt", "a thing", "--tokens", "6"];
        List<string> both = TextsOf(NablaProcess.Run([.. say, "--adapter", one, "--adapter", two, "--json"]).Json());
        Assert.Equal(4, both.Count);
        Assert.Equal(TextsOf(NablaProcess.Run([.. say, "--adapter", one, "--json"]).Json()), both[..2]);
        Assert.Equal(TextsOf(NablaProcess.Run([.. say, "--adapter", two, "--json"]).Json()), both[2..]);
        Assert.NotEqual(both[..2], both[2..]);
        NablaResult shown = NablaProcess.Run([.. say, "--adapter", one, "--adapter", two]);
        Assert.Contains($"[2 with {two}] a thing", shown.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--adapter", "lora", "--rank", "2", "--alpha", "4", "--adapter-dropout", "0.1", "--targets", "q_proj,down_proj", "--rs-lora", "--lora-start", "gaussian", "--lora-plus", "4")]
    [InlineData]
    public void A_model_is_trained_from_its_folder_and_an_interrupted_run_goes_on_bit_equal(params string[] kind)
    {
        using TemporaryFolder folder = new();
        string model = GenerateTests.Model(folder);
        string[] train =
        [
            "train", "text", "--model", model, "--data", folder.Text(), "--checkpoint-every", "1", "--json", "--accumulate", "2", .. s_small, .. kind,
        ];
        Dictionary<string, string?> whole = new() { ["NABLA_HOME"] = Path.Combine(folder.Path, "whole") };
        Dictionary<string, string?> halves = new() { ["NABLA_HOME"] = Path.Combine(folder.Path, "halves") };
        JsonElement unbroken = NablaProcess.Run(whole, [.. train, "--steps", "12"]).Json();
        string run = NablaProcess.Run(halves, [.. train, "--steps", "12"]).Json().GetProperty("run").GetString()!;
        // As after a kill at step 5: what came later is gone.
        string checkpoints = Path.Combine(folder.Path, "halves", "runs", run, "checkpoints");
        foreach (string later in Directory.GetFileSystemEntries(checkpoints).Order(StringComparer.Ordinal).Skip(1))
        {
            Directory.Delete(later, recursive: true);
        }

        JsonElement resumed = NablaProcess.Run(halves, "resume", run, "--json").Json();
        Assert.Equal(unbroken.GetProperty("final_loss").GetDouble(), resumed.GetProperty("final_loss").GetDouble());
        Assert.Equal(unbroken.GetProperty("validation_loss").GetDouble(), resumed.GetProperty("validation_loss").GetDouble());
        string file = kind.Length > 0 ? "adapter_model.safetensors" : "model.safetensors";
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(unbroken.GetProperty("model").GetString()!, file)),
            File.ReadAllBytes(Path.Combine(resumed.GetProperty("model").GetString()!, file)));
        string[] use = kind.Length > 0
            ? ["--model", model, "--adapter", resumed.GetProperty("model").GetString()!]
            : ["--model", resumed.GetProperty("model").GetString()!];
        Assert.NotEmpty(TextsOf(NablaProcess.Run(["generate", .. use, "--prompt", "the", "--tokens", "3", "--json"]).Json()));
        if (kind.Length > 0)
        {
            JsonNode settings = JsonNode.Parse(File.ReadAllText(Path.Combine(resumed.GetProperty("model").GetString()!, "adapter_config.json")))!;
            Assert.Equal(2, settings["r"]!.GetValue<int>());
            Assert.Equal(4, settings["lora_alpha"]!.GetValue<double>());
            Assert.Equal(0.1, settings["lora_dropout"]!.GetValue<double>());
            Assert.True(settings["use_rslora"]!.GetValue<bool>());
            Assert.Equal("gaussian", settings["init_lora_weights"]!.GetValue<string>());
            Assert.Equal(["q_proj", "down_proj"], settings["target_modules"]!.AsArray().Select(item => item!.GetValue<string>()));
        }
    }

    [Fact]
    public void A_base_that_changed_is_refused_on_resuming()
    {
        using TemporaryFolder folder = new();
        string model = GenerateTests.Model(folder);
        string run = NablaProcess.Run(
            folder.Environment,
            ["train", "text", "--model", model, "--data", folder.Text(), "--adapter", "lora", "--steps", "2", "--json", .. s_small])
            .Json().GetProperty("run").GetString()!;
        using (PretrainedModel other = PretrainedModel.Create(JsonNode.Parse(File.ReadAllText(Path.Combine(model, "config.json")))!.AsObject(), new Seed(2)))
        {
            other.Save(model);
        }

        NablaProcess.Run(folder.Environment, "resume", run).Fails(1, "are not those that the run began with");
    }

    [Fact]
    public void Wrong_combinations_are_answered_with_a_sentence()
    {
        using TemporaryFolder folder = new();
        string model = GenerateTests.Model(folder);
        string text = folder.Text();
        NablaResult Train(params string[] more) =>
            NablaProcess.Run(folder.Environment, ["train", "text", "--data", text, "--steps", "1", .. more]);
        Train("--adapter", "lora").Fails(2, "name the model's folder with --model");
        Train("--model", model, "--rank", "4").Fails(2, "The option --rank sets an adapter, but there is none");
        Train("--rs-lora").Fails(2, "The option --rs-lora sets an adapter");
        Train("--model", model, "--adapter", "dora").Fails(2, "it must be lora");
        Train("--model", model, "--width", "32").Fails(2, "The option --width has no effect with --model");
        Train("--model", model, "--dropout", "0.1").Fails(2, "The option --dropout has no effect with --model");
        Train("--model", model, "--context", "65").Fails(2, "reads 64 at most");
        Train("--model", model + "-not").Fails(2, "There is no folder");
        Train("--model", model, "--adapter", "lora", "--targets", "query").Fails(2, "No layer of the model is called 'query'", "q_proj", "all-linear");
        Train("--model", model, "--adapter", "lora", "--targets", ",").Fails(2, "--targets names no layer");
        Train("--model", model, "--adapter", "lora", "--rank", "0").Fails(2, "between 1 and 65536");
        Train("--model", model, "--adapter", "lora", "--alpha", "0").Fails(2, "above 0");
        Train("--model", model, "--adapter", "lora", "--adapter-dropout", "1").Fails(2, "from 0 to below 1");
        Train("--model", model, "--adapter", "lora", "--lora-start", "zero").Fails(2, "default, gaussian or reversed");
        Train("--model", model, "--adapter", "lora", "--lora-plus", "4", "--optimizer", "o2nc").Fails(2, "none to set");
        NablaProcess.Run(folder.Environment, "train", "images", "--model", model, "--steps", "1").Fails(2, "is for the task text");
        NablaProcess.Run(folder.Environment, "train", "text", "--model", model, "--data", folder.File("short.txt", "too short"), "--steps", "1")
            .Fails(2, "tokens need at least");
        NablaProcess.Run(folder.Environment, "adapt", "--model", model, "--data", text, "--out", model).Fails(2, "give the adapter one of its own");
        NablaProcess.Run(folder.Environment, "adapt", "--model", model, "--data", text + "-not", "--out", model + "-a").Fails(2, "text.txt-not");
        NablaProcess.Run(folder.Environment, "adapt", "--model", model, "--data", text).Fails(2, "--out");
        NablaProcess.Run("generate", "--model", model, "--adapter", model, "--prompt", "x").Fails(2, "Give the folder of an adapter");
        string adapter = Adapter(folder, model, "one", 1);
        NablaProcess.Run(folder.Environment, "adapt", "merge", "--model", model, "--adapter", adapter, "--out", model).Fails(2, "is the folder of the model itself");
        NablaProcess.Run(folder.Environment, "adapt", "merge", "--model", model, "--adapter", model, "--out", model + "-m").Fails(2, "Give the folder of an adapter");
        Assert.False(Directory.Exists(model + "-m"));
        Assert.Equal("[]", NablaProcess.Run(folder.Environment, "runs", "list", "--json").Output.Trim());
    }

    /// <summary>A random adapter of the tiny model.</summary>
    internal static string Adapter(TemporaryFolder folder, string model, string name, ulong seed)
    {
        string path = Path.Combine(folder.Path, name);
        using PretrainedModel loaded = PretrainedModel.Load(model);
        using LoraAdapter adapter = new(loaded.Module, new LoraOptions { Rank = 2 }, new Seed(seed));
        RandomStream random = new(new Seed(seed));
        foreach (Parameter parameter in adapter.Parameters)
        {
            foreach (ref float value in parameter.Value.AsSpan<float>())
            {
                value = (float)random.NextGaussian();
            }
        }

        AdapterFiles.Save(path, adapter, model);
        return path;
    }

    private static List<string> TextsOf(JsonElement document) =>
        [.. document.GetProperty("texts").EnumerateArray().Select(text => text.GetProperty("text").GetString()!)];
}
