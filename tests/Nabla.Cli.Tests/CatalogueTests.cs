using System.Diagnostics;
using System.Text.Json;

namespace Nabla.Cli.Tests;

public sealed class CatalogueTests
{
    [Fact]
    public void Methods_lists_every_method_with_its_options()
    {
        JsonElement[] methods = [.. NablaProcess.Run("methods", "--json").Json().EnumerateArray()];
        foreach (JsonElement method in methods)
        {
            foreach (string name in new[] { "name", "family", "paper", "title", "kind" })
            {
                Assert.False(string.IsNullOrEmpty(method.GetProperty(name).GetString()), $"{method} has no {name}");
            }

            foreach (JsonElement option in method.GetProperty("options").EnumerateArray())
            {
                Assert.False(string.IsNullOrEmpty(option.GetProperty("name").GetString()));
                Assert.False(string.IsNullOrEmpty(option.GetProperty("type").GetString()));
                Assert.True(option.TryGetProperty("default", out _));
                Assert.True(option.TryGetProperty("range", out _));
            }
        }

        string[] names = [.. methods.Select(method => method.GetProperty("name").GetString()!)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(["sgd", "adamw", "mvn-grad"], name => Assert.Contains(name, names));
        JsonElement adamw = methods.Single(method => method.GetProperty("name").GetString() == "adamw");
        JsonElement beta2 = adamw.GetProperty("options").EnumerateArray()
            .Single(option => option.GetProperty("name").GetString() == "beta2");
        Assert.Equal(0.999, beta2.GetProperty("default").GetDouble());
    }

    [Fact]
    public void Methods_can_be_kept_to_a_family()
    {
        JsonElement[] all = [.. NablaProcess.Run("methods", "--json").Json().EnumerateArray()];
        string family = all[0].GetProperty("family").GetString()!;
        JsonElement[] some = [.. NablaProcess.Run("methods", "--json", "--family", family).Json().EnumerateArray()];
        Assert.Equal(all.Count(method => method.GetProperty("family").GetString() == family), some.Length);
        NablaProcess.Run("methods", "--family", "no-such-family").Fails(2, "no-such-family", family);
    }

    [Fact]
    public void Methods_needs_no_libtorch_and_less_than_a_second()
    {
        Dictionary<string, string?> environment = new() { ["NABLA_LIBTORCH"] = "/nonexistent" };
        double best = double.PositiveInfinity;
        for (int attempt = 0; attempt < 3; attempt++)
        {
            long started = Stopwatch.GetTimestamp();
            Assert.Equal(0, NablaProcess.Run(environment, "methods").Code);
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        Assert.True(best < 1, $"The fastest of three starts took {best:F2} s.");
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("adamw")]
    [InlineData("mvn-grad")]
    public void Explain_shows_equations_options_and_cost(string method)
    {
        NablaResult text = NablaProcess.Run("explain", method);
        Assert.Equal(0, text.Code);
        Assert.Contains("learningRate", text.Output, StringComparison.Ordinal);
        Assert.Contains("bytes", text.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text.Output);
        JsonElement document = NablaProcess.Run("explain", method, "--json").Json();
        Assert.Equal(method, document.GetProperty("name").GetString());
        Assert.NotEmpty(document.GetProperty("equations").EnumerateArray());
        Assert.NotEmpty(document.GetProperty("options").EnumerateArray());
        Assert.True(document.GetProperty("state_bytes_per_parameter").GetDouble() >= 0);
        Assert.True(document.GetProperty("operations_per_parameter").GetProperty("multiplications").GetInt32() > 0);
        Assert.Contains(document.GetProperty("latex").EnumerateArray(), l => l.GetString()!.StartsWith(@"\theta_{t} = ", StringComparison.Ordinal));
        NablaResult latex = NablaProcess.Run("explain", method, "--latex");
        Assert.Contains(@"\begin{align*}", latex.Output, StringComparison.Ordinal);
        Assert.Contains(@"learningRate = 0.001   $\eta$", latex.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_method_is_answered_with_the_nearest() =>
        NablaProcess.Run("explain", "adamv").Fails(2, "adamv", "adamw");

    [Theory]
    [InlineData("learningrat=0.1", "learningrat", "learningRate")]
    [InlineData("beta1=1.5", "beta1", "1.5")]
    [InlineData("beta1=much", "beta1", "much")]
    [InlineData("beta1", "name=value", "beta1")]
    public void A_wrong_setting_names_the_option_and_what_it_takes(string setting, params string[] words)
    {
        using TemporaryFolder folder = new();
        NablaProcess.Run(folder.Environment, "train", "text", "--data", folder.Text(), "--steps", "1", "--set", setting)
            .Fails(2, words);
    }
}
