using System.Text.Json;
using System.Text.RegularExpressions;

namespace Nabla.Cli.Tests;

public sealed partial class CompareResumeTests
{
    [Fact]
    public void A_killed_comparison_resumes_to_the_table_of_the_unbroken_one()
    {
        using TemporaryFolder folder = new();
        string[] arguments = Arguments(folder.Text());
        string whole = Table(NablaProcess.Run(Home(folder, "whole"), arguments).Json());
        // The seed of the moments is printed with a failure.
        int seed = Environment.TickCount;
        Random random = new(seed);
        Dictionary<string, string?> environment = Home(folder, "killed");
        Kill(environment, arguments, 2 + random.Next(6), random);
        string id = Comparison(environment);
        Kill(environment, ["resume", id, "--json"], 9 + random.Next(8), random);
        JsonElement resumed = NablaProcess.Run(environment, "compare", "text", "--resume", id, "--json").Json();
        Assert.True(whole == Table(resumed), $"The tables differ (moments from seed {seed}):\n{whole}\n{Table(resumed)}");
        JsonElement[] runs = [.. NablaProcess.Run(environment, "runs", "list", "--json").Json().EnumerateArray()];
        Assert.Equal(9, runs.Count(run => run.GetProperty("verb").GetString() == "tune"));
        Assert.Equal(9, runs.Count(run => run.GetProperty("verb").GetString() == "compare"));
        Assert.All(runs, run => Assert.Equal("completed", run.GetProperty("ending").GetString()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_interrupt_ends_with_130_and_keeps_everything(int parallel)
    {
        using TemporaryFolder folder = new();
        string[] arguments = [.. Arguments(folder.Text(), parallel), "--parallel", $"{parallel}"];
        Dictionary<string, string?> environment = Home(folder, "stopped");
        NablaResult result;
        using (NablaProcess process = NablaProcess.Start(environment, arguments))
        {
            Await(environment, process, 5);
            process.Interrupt();
            result = process.Finish();
        }

        JsonElement stopped = result.Json(code: 130);
        string id = ResumeHint().Match(result.Error).Groups[1].Value;
        Assert.Equal(Comparison(environment), id);
        Assert.True(File.Exists(stopped.GetProperty("report").GetString()) || stopped.GetProperty("report").ValueKind == JsonValueKind.Null);
        int kept = Completed(environment);
        Assert.True(kept >= 1, result.Error);
        JsonElement resumed = NablaProcess.Run(environment, "resume", id, "--json").Json();
        Assert.Equal(18, Completed(environment));
        // Threads are divided among processes: two of them with one thread each are as one with one thread.
        Assert.Equal(Table(NablaProcess.Run(Home(folder, "whole"), Arguments(folder.Text())).Json()), Table(resumed));
    }

    [Fact]
    public void Resuming_what_is_not_there_is_wrong_usage()
    {
        using TemporaryFolder folder = new();
        NablaProcess.Run(folder.Environment, "resume", "c250131-120000-01").Fails(2, "There is no comparison 'c250131-120000-01'");
        NablaProcess.Run(folder.Environment, "compare", "text").Fails(2, "--optimizers");
    }

    private static string[] Arguments(string text, int threads = 1) =>
    [
        "compare", "text", "--data", text, "--optimizers", "sgd,adamw,mvn-grad", "--tune", "learning-rate", "--tune-trials", "3",
        "--seeds", "3", "--steps", "24", "--evaluations", "3", "--json", "--layers", "1", "--heads", "2", "--width", "16", "--context", "16",
        "--batch", "64", "--threads", $"{threads}",
    ];

    private static Dictionary<string, string?> Home(TemporaryFolder folder, string name) =>
        new() { ["NABLA_HOME"] = Path.Combine(folder.Path, name) };

    private static void Kill(Dictionary<string, string?> environment, string[] arguments, int parts, Random random)
    {
        using NablaProcess process = NablaProcess.Start(environment, arguments);
        Await(environment, process, parts);
        Thread.Sleep(random.Next(60));
        process.Kill();
    }

    private static void Await(Dictionary<string, string?> environment, NablaProcess process, int parts)
    {
        long started = TimeProvider.System.GetTimestamp();
        while (Folders(environment, "*").Count(name => !name.StartsWith('c')) < parts)
        {
            Assert.False(process.HasExited, $"The comparison ended before it was stopped: {process.ErrorSoFar}");
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(4), "The comparison makes no progress.");
            Thread.Sleep(2);
        }
    }

    private static string Comparison(Dictionary<string, string?> environment) => Assert.Single(Folders(environment, "c*"));

    private static string[] Folders(Dictionary<string, string?> environment, string pattern)
    {
        string runs = Path.Combine(environment["NABLA_HOME"]!, "runs");
        return Directory.Exists(runs) ? [.. Directory.GetDirectories(runs, pattern).Select(path => Path.GetFileName(path))] : [];
    }

    private static int Completed(Dictionary<string, string?> environment) =>
        NablaProcess.Run(environment, "runs", "list", "--ending", "completed", "--json").Json().GetArrayLength();

    /// <summary>What time does not change: names, options, losses with intervals, steps, probabilities, endings.</summary>
    private static string Table(JsonElement document) => string.Join('\n', document.GetProperty("methods").EnumerateArray().Select(
        method => string.Join(' ', new[] { "name", "options", "final_loss", "steps", "best_probability", "ending" }
            .Select(name => method.GetProperty(name).GetRawText())))) + document.GetProperty("best").GetRawText();

    [GeneratedRegex("Go on with: nabla resume (c[0-9-]+)")]
    private static partial Regex ResumeHint();
}
