using System.Text.Json;

namespace Nabla.Cli.Tests;

public sealed class ReproduceTests
{
    [Fact]
    public void Reproduce_a_method_prints_its_document_and_records_the_verdicts()
    {
        using TemporaryFolder folder = new();
        JsonElement[] before = [.. NablaProcess.Run(folder.Environment, "claims", "mvn-grad", "--json").Json().EnumerateArray()];
        Assert.NotEmpty(before);
        Assert.All(before, claim => Assert.Equal(JsonValueKind.Null, claim.GetProperty("verdict").ValueKind));
        Assert.False(Directory.Exists(folder.Environment["NABLA_HOME"]), "A list is no reason to make a store.");

        NablaResult result = NablaProcess.Run(folder.Environment, "reproduce", "mvn-grad/bounded-spike", "--seed", "4", "--json");
        JsonElement claim = Assert.Single(result.Json().EnumerateArray());
        Assert.Equal("mvn-grad/bounded-spike", claim.GetProperty("claim").GetString());
        Assert.Equal("mvn-grad", claim.GetProperty("method").GetString());
        Assert.Contains("One gradient", claim.GetProperty("says").GetString(), StringComparison.Ordinal);
        Assert.Equal("holds", claim.GetProperty("verdict").GetString());
        Assert.True(claim.GetProperty("seconds").GetDouble() > 0);
        Assert.Equal(2.2061, claim.GetProperty("figures").GetProperty("expected").GetDouble(), 1e-4);
        Assert.Contains("Running mvn-grad/bounded-spike", result.Error, StringComparison.Ordinal);

        JsonElement[] after = [.. NablaProcess.Run(folder.Environment, "claims", "mvn-grad", "--json").Json().EnumerateArray()];
        Assert.Equal(before.Length, after.Length);
        JsonElement known = after.Single(c => c.GetProperty("claim").GetString() == "mvn-grad/bounded-spike");
        Assert.Equal("holds", known.GetProperty("verdict").GetString());
        Assert.Equal("quick", known.GetProperty("mode").GetString());
        Assert.Equal(4, known.GetProperty("seed").GetInt64());
        Assert.Equal(2.2061, known.GetProperty("figures").GetProperty("expected").GetDouble(), 1e-4);
        Assert.Single(after, c => c.GetProperty("verdict").ValueKind != JsonValueKind.Null);
    }

    [Fact]
    public void Reproduce_for_people_prints_figures_a_table_and_a_report()
    {
        using TemporaryFolder folder = new();
        NablaResult result = NablaProcess.Run(folder.Environment, "reproduce", "mvn-grad");
        Assert.True(result.Code == 0, result.Error);
        Assert.Contains("mvn-grad/first-step: HOLDS", result.Output, StringComparison.Ordinal);
        Assert.Contains("largest relative deviation", result.Output, StringComparison.Ordinal);
        Assert.Contains("claim ", result.Output, StringComparison.Ordinal);
        string report = result.Output.Split('\n').Single(line => line.StartsWith("Report: ", StringComparison.Ordinal))["Report: ".Length..];
        Assert.Contains("<svg", File.ReadAllText(report), StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Output + result.Error);
        Assert.Contains("holds", NablaProcess.Run(folder.Environment, "claims").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mutant_changes_the_verdict_and_is_not_recorded()
    {
        using TemporaryFolder folder = new();
        JsonElement claim = Assert.Single(NablaProcess.Run(
            folder.Environment, "reproduce", "mvn-grad", "--mutant", "no-momentum-correction", "--json").Json().EnumerateArray());
        Assert.Equal("mvn-grad/first-step", claim.GetProperty("claim").GetString());
        Assert.Equal("no-momentum-correction", claim.GetProperty("mutant").GetString());
        Assert.Equal("fails", claim.GetProperty("verdict").GetString());
        Assert.All(
            NablaProcess.Run(folder.Environment, "claims", "--json").Json().EnumerateArray(),
            listed => Assert.Equal(JsonValueKind.Null, listed.GetProperty("verdict").ValueKind));
    }

    [Theory]
    [InlineData("reproduce mvn-grd", "There is no claim or method 'mvn-grd'. Did you mean 'mvn-grad'")]
    [InlineData("reproduce mvn-grad/bounded-spke", "Did you mean 'mvn-grad/bounded-spike'")]
    [InlineData("claims mvn-grd", "Did you mean 'mvn-grad'")]
    [InlineData("reproduce mvn-grad --mutant second-momnt", "Did you mean 'second-moment'")]
    [InlineData("reproduce mvn-grad --seed half", "--seed")]
    public void Wrong_names_are_one_sentence_with_a_suggestion(string line, string sentence)
    {
        using TemporaryFolder folder = new();
        NablaProcess.Run(folder.Environment, line.Split(' ')).Fails(2, sentence);
    }

    [Fact]
    public void An_interrupted_run_prints_what_it_has_and_ends_with_130()
    {
        using TemporaryFolder folder = new();
        using NablaProcess process = NablaProcess.Start(
            folder.Environment, "reproduce", "mvn-grad/step-variance", "--full", "--json");
        while (!process.ErrorSoFar.Contains("Running mvn-grad/step-variance", StringComparison.Ordinal) && !process.HasExited)
        {
            Thread.Sleep(20);
        }

        Thread.Sleep(300);
        process.Interrupt();
        NablaResult result = process.Finish();
        Assert.Equal(0, result.Json(130).GetArrayLength());
        Assert.Contains("Interrupted", result.Error, StringComparison.Ordinal);
    }
}
