using System.Text.Json;

namespace Nabla.Cli.Tests;

public sealed class MinimizeTests
{
    [Fact]
    public void Minimize_prints_its_document_and_keeps_the_trace()
    {
        using TemporaryFolder folder = new();
        JsonElement document = NablaProcess.Run(
            folder.Environment, "minimize", "rosenbrock", "--solver", "bfgs", "--tolerance", "1e-8", "--json").Json();
        Assert.Equal("rosenbrock", document.GetProperty("problem").GetString());
        Assert.Equal("target-reached", document.GetProperty("ending").GetString());
        Assert.True(document.GetProperty("value").GetDouble() < 1e-12);
        Assert.True(document.GetProperty("gradient_norm").GetDouble() <= 1e-8);
        Assert.InRange(document.GetProperty("gradient_queries").GetInt64(), 10, 100);
        Assert.All(document.GetProperty("point").EnumerateArray(), x => Assert.Equal(1, x.GetDouble(), 1e-5));
        JsonElement run = Assert.Single(NablaProcess.Run(folder.Environment, "runs", "list", "--json").Json().EnumerateArray());
        Assert.Equal("minimize", run.GetProperty("verb").GetString());
        Assert.Equal("bfgs", run.GetProperty("method").GetString());
        Assert.Equal(document.GetProperty("iterations").GetInt64(), run.GetProperty("steps").GetInt64());
        string csv = NablaProcess.Run(folder.Environment, "runs", "export", document.GetProperty("run").GetString()!, "--format", "csv").Output;
        Assert.Contains("gradient_norm", csv, StringComparison.Ordinal);
    }

    [Fact]
    public void Minimize_for_people_says_the_counts_and_the_ending()
    {
        using TemporaryFolder folder = new();
        NablaResult result = NablaProcess.Run(folder.Environment, "minimize", "bard", "--solver", "cubic-newton");
        Assert.True(result.Code == 0, result.Error);
        Assert.Contains("target-reached", result.Output, StringComparison.Ordinal);
        Assert.Contains("known minima: 0.00821487, 17.4287", result.Output, StringComparison.Ordinal);
        Assert.Contains("products with the second derivative", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Start_and_options_are_heeded()
    {
        using TemporaryFolder folder = new();
        JsonElement far = NablaProcess.Run(
            folder.Environment, "minimize", "freudenstein-roth", "--start", "6,5", "--set", "memory=3", "--json").Json();
        Assert.Equal(0, far.GetProperty("value").GetDouble(), 1e-9);
        JsonElement limited = NablaProcess.Run(folder.Environment, "minimize", "wood", "--gradients", "5", "--json").Json();
        Assert.Equal("budget-exhausted", limited.GetProperty("ending").GetString());
        Assert.Equal(5, limited.GetProperty("gradient_queries").GetInt64());
        Assert.Equal(7, NablaProcess.Run(folder.Environment, "minimize", "wood", "--values", "7", "--json").Json().GetProperty("value_queries").GetInt64());
    }

    [Fact]
    public void Constraints_are_kept_by_the_solver_that_knows_them()
    {
        using TemporaryFolder folder = new();
        JsonElement document = NablaProcess.Run(folder.Environment, "minimize", "hs40", "--seed", "3", "--tolerance", "1e-8", "--json").Json();
        Assert.Equal("sketch-newton-al", document.GetProperty("solver").GetString());
        Assert.Equal("target-reached", document.GetProperty("ending").GetString());
        Assert.Equal(-0.25, document.GetProperty("value").GetDouble(), 1e-7);
        Assert.True(document.GetProperty("constraint_violation").GetDouble() <= 1e-8);
        Assert.Equal(3, document.GetProperty("multipliers").GetArrayLength());
        double[] x = [.. document.GetProperty("point").EnumerateArray().Select(v => v.GetDouble())];
        Assert.Equal(0, (x[0] * x[0] * x[0]) + (x[1] * x[1]) - 1, 1e-7);
        Assert.Equal(-0.25, -x[0] * x[1] * x[2] * x[3], 1e-7);
        string run = document.GetProperty("run").GetString()!;
        string csv = NablaProcess.Run(folder.Environment, "runs", "export", run, "--format", "csv").Output;
        Assert.Contains("kkt_residual", csv, StringComparison.Ordinal);
        Assert.Contains("constraint_violation", csv, StringComparison.Ordinal);
        JsonElement other = NablaProcess.Run(folder.Environment, "minimize", "hs40", "--seed", "4", "--tolerance", "1e-8", "--json").Json();
        Assert.NotEqual(x, other.GetProperty("point").EnumerateArray().Select(v => v.GetDouble()));
        JsonElement again = NablaProcess.Run(folder.Environment, "minimize", "hs40", "--seed", "3", "--tolerance", "1e-8", "--json").Json();
        Assert.Equal(x, again.GetProperty("point").EnumerateArray().Select(v => v.GetDouble()));
        JsonElement wood = NablaProcess.Run(folder.Environment, "minimize", "wood", "--json").Json();
        Assert.Equal("lbfgs", wood.GetProperty("solver").GetString());
        Assert.Equal(JsonValueKind.Null, wood.GetProperty("constraint_violation").ValueKind);
        Assert.Contains("hs78", NablaProcess.Run(folder.Environment, "minimize", "--list").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stalled_run_ends_with_1_and_its_advice()
    {
        using TemporaryFolder folder = new();
        NablaResult result = NablaProcess.Run(folder.Environment, "minimize", "brown-dennis", "--tolerance", "0");
        Assert.Equal(1, result.Code);
        Assert.Contains("No step lowers the value any more", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("minimize", "Name a problem, as in 'nabla minimize rosenbrock'")]
    [InlineData("minimize nothing", "There is no problem 'nothing'.")]
    [InlineData("minimize wood --solver adamw", "'adamw' is no solver. The solvers are accelerated, bfgs,")]
    [InlineData("minimize wood --solver lbfgz", "There is no method 'lbfgz'. Did you mean 'lbfgs'")]
    [InlineData("minimize wood --set memory=0", "Memory was 0; it must lie in [1, 1000].")]
    [InlineData("minimize wood --start 1,2", "The start has 2 numbers; 'wood' takes 4. Give one a dimension.")]
    [InlineData("minimize wood --start 1,a,2,3", "The start '1,a,2,3' has 'a', which is no finite number")]
    [InlineData("minimize wood --tolerance -1", "--tolerance")]
    [InlineData("minimize wood --iterations 0", "--iterations")]
    [InlineData("minimize hs40 --solver lbfgs", "'hs40' has constraints, which 'lbfgs' does not know. Use sketch-newton-al.")]
    [InlineData("minimize wood --solver sketch-newton-al", "There is no problem 'wood' with constraints. There are hs6,")]
    [InlineData("minimize hs40 --gradients 9", "'sketch-newton-al' takes no limits of queries")]
    [InlineData("minimize hs40 --set sketchSize=0", "SketchSize was 0")]
    [InlineData("minimize hs40 --start 1,2", "The start has 2 numbers; 'hs40' takes 4. Give one a dimension.")]
    [InlineData("compare problems", "name them with --solvers")]
    [InlineData("compare problems --solvers lbfgs --problems nothing", "There is no problem 'nothing'.")]
    [InlineData("compare problems --solvers lbfgs,lbfgs", "named twice")]
    [InlineData("compare text --optimizers sgd --solvers lbfgs", "--solvers belongs to the task 'problems'")]
    public void What_is_wrong_gets_a_sentence_and_2(string command, string sentence)
    {
        using TemporaryFolder folder = new();
        NablaResult result = NablaProcess.Run(folder.Environment, command.Split(' '));
        Assert.Equal(2, result.Code);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    [Fact]
    public void Compare_problems_profiles_the_solvers_by_gradient_queries()
    {
        using TemporaryFolder folder = new();
        NablaResult result = NablaProcess.Run(
            folder.Environment, "compare", "problems", "--solvers", "optimistic-quasi-newton,lbfgs,gradient", "--problems", "rosenbrock,beale,wood", "--json");
        JsonElement document = result.Json();
        JsonElement[] solvers = [.. document.GetProperty("solvers").EnumerateArray()];
        Assert.Equal(["optimistic-quasi-newton", "lbfgs", "gradient"], solvers.Select(s => s.GetProperty("name").GetString()));
        Assert.Equal(1, solvers[1].GetProperty("solved").GetDouble());
        Assert.True(solvers[1].GetProperty("score").GetDouble() > solvers[2].GetProperty("score").GetDouble());
        JsonElement beale = document.GetProperty("problems")[1];
        Assert.Equal(2, beale.GetProperty("dimension").GetInt32());
        Assert.True(beale.GetProperty("queries")[1].GetInt32() < beale.GetProperty("queries")[2].GetInt32());
        string report = File.ReadAllText(document.GetProperty("report").GetString()!);
        Assert.Contains("Data profile", report, StringComparison.Ordinal);
        Assert.Contains("Performance profile by gradient queries", report, StringComparison.Ordinal);
        Assert.Contains("optimistic-quasi-newton", report, StringComparison.Ordinal);
        Assert.Equal(3 + 9, NablaProcess.Run(folder.Environment, "runs", "list", "--json").Json().GetArrayLength());
        JsonElement[] pairs = [.. NablaProcess.Run(folder.Environment, "runs", "list", "--task", "beale", "--json").Json().EnumerateArray()];
        Assert.Equal(
            beale.GetProperty("runs").EnumerateArray().Select(r => r.GetString()).Order(), pairs.Select(r => r.GetProperty("run").GetString()).Order());
        JsonElement pair = pairs.Single(r => r.GetProperty("method").GetString() == "lbfgs");
        Assert.Equal(beale.GetProperty("runs")[1].GetString(), pair.GetProperty("run").GetString());
        Assert.Equal("target-reached", pair.GetProperty("ending").GetString());
        Assert.Equal(beale.GetProperty("values")[1].GetDouble(), pair.GetProperty("final_loss").GetDouble());
        string csv = NablaProcess.Run(folder.Environment, "runs", "export", pair.GetProperty("run").GetString()!, "--format", "csv").Output;
        string[] losses = [.. csv.Split('\n').Where(line => line.Contains("loss", StringComparison.Ordinal))];
        Assert.True(losses.Length > beale.GetProperty("queries")[1].GetInt32(), csv);
        Assert.Contains("gradient_norm", csv, StringComparison.Ordinal);
        Assert.Contains("beale", NablaProcess.Run(folder.Environment, "runs", "show", pair.GetProperty("run").GetString()!).Output, StringComparison.Ordinal);
        System.Xml.Linq.XDocument.Parse(report.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal));
    }
}
