using System.Text.Json;
using System.Text.Json.Nodes;
using Nabla.Engine;
using Nabla.Problems.Models;

namespace Nabla.Cli.Tests;

public sealed class MergeTests
{
    [Fact]
    public void Average_is_the_mean_number_by_number_and_is_a_model_again()
    {
        using TemporaryFolder folder = new();
        string first = GenerateTests.Model(folder), second = Other(folder, first, 2), output = Path.Combine(folder.Path, "mean");
        JsonElement document = NablaProcess.Run(folder.Environment, "merge", "--average", first, "--average", second, "--out", output, "--json").Json();
        Assert.Equal(0.5, document.GetProperty("terms")[1].GetProperty("coefficient").GetDouble());
        Compare(output, (a, b) => (a + b) / 2, first, second);
        Assert.Equal(0, NablaProcess.Run("generate", "--model", output, "--prompt", "the thing", "--tokens", "3").Code);
        JsonElement run = Assert.Single(NablaProcess.Run(folder.Environment, "runs", "list", "--json").Json().EnumerateArray());
        Assert.Equal(document.GetProperty("run").GetString(), run.GetProperty("run").GetString());
        Assert.Equal(("merge", "fuse", "completed"), (run.GetProperty("verb").GetString(), run.GetProperty("method").GetString(), run.GetProperty("ending").GetString()));
        NablaProcess.Run(folder.Environment, "resume", run.GetProperty("run").GetString()!).Fails(2, "cannot be resumed");
    }

    [Fact]
    public void Difference_is_added_and_a_scale_below_zero_takes_it_away()
    {
        using TemporaryFolder folder = new();
        string first = GenerateTests.Model(folder), second = Other(folder, first, 2), third = Other(folder, first, 3);
        string added = Path.Combine(folder.Path, "added"), back = Path.Combine(folder.Path, "back"), part = Path.Combine(folder.Path, "part");
        NablaResult result = NablaProcess.Run(folder.Environment, "merge", "--base", first, "--add", second, "--subtract", third, "--out", added);
        Assert.Contains("tensors,", result.Output, StringComparison.Ordinal);
        Compare(added, (a, b, c) => a + b - c, first, second, third);
        Assert.Equal(0, NablaProcess.Run(folder.Environment, "merge", "--base", added, "--add", second, "--subtract", third, "--scale=-1", "--out", back).Code);
        Compare(back, (a, _) => a, first, second);
        Assert.Equal(0, NablaProcess.Run(folder.Environment, "merge", "--base", first, "--average", second, "--scale", "0.25", "--out", part).Code);
        Compare(part, (a, b) => (0.75 * a) + (0.25 * b), first, second);
    }

    [Fact]
    public void Several_files_of_weights_stay_several()
    {
        using TemporaryFolder folder = new();
        string first = GenerateTests.Model(folder), split = Path.Combine(folder.Path, "split"), output = Path.Combine(folder.Path, "out");
        using (PretrainedModel model = PretrainedModel.Load(first))
        {
            model.Save(split, 8000);
        }

        Assert.Equal(0, NablaProcess.Run(folder.Environment, "merge", "--base", split, "--average", first, "--out", output).Code);
        Assert.Equal(
            Directory.GetFiles(split, "*.safetensors*").Select(Path.GetFileName).Order(StringComparer.Ordinal),
            Directory.GetFiles(output, "*.safetensors*").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.True(Directory.GetFiles(output, "*.safetensors").Length > 1);
        Compare(output, (a, _) => a, first, first);
    }

    [Fact]
    public void What_cannot_be_is_answered_with_a_sentence()
    {
        using TemporaryFolder folder = new();
        string first = GenerateTests.Model(folder), output = Path.Combine(folder.Path, "out");
        NablaProcess.Run(folder.Environment, "merge", "--out", output).Fails(2, "Give --average for each model of a mean, or --base, --add and --subtract.");
        NablaProcess.Run(folder.Environment, "merge", "--base", first, "--add", first, "--out", output).Fails(2, "--base, --add and --subtract.");
        NablaProcess.Run(folder.Environment, "merge", "--average", first, "--add", first, "--out", output).Fails(2, "two ways to merge");
        NablaProcess.Run(folder.Environment, "merge", "--average", first, "--scale", "2", "--out", output).Fails(2, "Add --base, or leave out --scale.");
        NablaProcess.Run(folder.Environment, "merge", "--average", first, "--out", first).Fails(2, "is the folder of a model that is read");
        NablaProcess.Run(folder.Environment, "merge", "--average", first + "-not", "--out", output).Fails(2, "There is no folder");
        NablaProcess.Run(folder.Environment, "merge", "--average", folder.Path, "--out", output).Fails(2, "holds neither model.safetensors nor");
        string wide = Other(folder, first, 4, 32);
        string Endings() => string.Join(' ', NablaProcess.Run(folder.Environment, "runs", "list", "--json").Json().EnumerateArray().Select(run => run.GetProperty("ending").GetString()));
        NablaProcess.Run(folder.Environment, "merge", "--average", first, "--average", wide, "--out", output).Fails(2, "instead of [", "Merge models of one architecture.");
        Assert.Equal("", Endings());
        NablaProcess.Run(folder.Environment, "merge", "--base", first, "--average", Other(folder, first, 5), "--scale", "1e300", "--out", output)
            .Fails(2, "has a number that is not finite in Float32");
        Assert.Equal("failed", Endings());
        Assert.False(File.Exists(Path.Combine(output, "config.json")));
    }

    private static string Other(TemporaryFolder folder, string model, int seed, int hidden = 0)
    {
        string path = Path.Combine(folder.Path, "model-" + seed);
        JsonObject configuration = JsonNode.Parse(File.ReadAllText(Path.Combine(model, "config.json")))!.AsObject();
        if (hidden > 0)
        {
            configuration["hidden_size"] = hidden;
        }

        using PretrainedModel other = PretrainedModel.Create(configuration, new Seed((ulong)seed));
        other.Save(path);
        return path;
    }

    private static void Compare(string output, Func<double, double, double> expected, string first, string second) =>
        Compare(output, (a, b, _) => expected(a, b), first, second, second);

    private static void Compare(string output, Func<double, double, double, double> expected, string first, string second, string third)
    {
        using TensorScope scope = new();
        using PretrainedModel made = PretrainedModel.Load(output), a = PretrainedModel.Load(first), b = PretrainedModel.Load(second), c = PretrainedModel.Load(third);
        for (int i = 0; i < made.Module.Parameters.Count; i++)
        {
            double[] seen = made.Module.Parameters[i].Value.ToDoubles(), x = a.Module.Parameters[i].Value.ToDoubles(),
                y = b.Module.Parameters[i].Value.ToDoubles(), z = c.Module.Parameters[i].Value.ToDoubles();
            for (int j = 0; j < seen.Length; j++)
            {
                Assert.Equal(expected(x[j], y[j], z[j]), seen[j], 1e-6);
            }
        }
    }
}
