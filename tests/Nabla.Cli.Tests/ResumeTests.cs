using System.Text.Json;

namespace Nabla.Cli.Tests;

public sealed class ResumeTests
{
    private const int Steps = 200;

    [Theory]
    [InlineData(1, "adamw")]
    [InlineData(2, "mvn-grad")]
    // A checkpoint every seven steps falls between two refreshes of the preconditioner.
    [InlineData(1, "shampoo", "--set", "preconditionFrequency=10")]
    [InlineData(1, "soap", "--set", "preconditionFrequency=10")]
    [InlineData(1, "leon", "--set", "midpoint=true")]
    public void A_killed_run_resumes_bit_equal(int threads, string optimizer, params string[] more)
    {
        using TemporaryFolder folder = new();
        string text = folder.Text();
        string[] arguments = [.. Arguments(text, threads, optimizer), .. more];
        JsonElement unbroken = NablaProcess.Run(StoppedRun.Home(folder, "unbroken"), arguments).Json();
        // The seed of the moments is printed with a failure by the message below; the moments differ between runs of the test.
        int seed = Environment.TickCount;
        Random random = new(seed);
        for (int attempt = 0; attempt < (more.Length == 0 ? 2 : 1); attempt++)
        {
            Dictionary<string, string?> environment = StoppedRun.Home(folder, $"killed-{attempt}");
            string run = KillTwice(environment, arguments, random);
            JsonElement resumed = NablaProcess.Run(environment, "resume", run, "--json").Json();
            Assert.Equal("completed", resumed.GetProperty("ending").GetString());
            Assert.Equal(Steps, resumed.GetProperty("steps").GetInt64());
            Assert.True(
                unbroken.GetProperty("final_loss").GetDouble() == resumed.GetProperty("final_loss").GetDouble()
                    && unbroken.GetProperty("validation_loss").GetDouble() == resumed.GetProperty("validation_loss").GetDouble(),
                $"The losses differ (moments from seed {seed}): {unbroken} and {resumed}");
            Assert.Equal(StoppedRun.TensorsOf(StoppedRun.CheckpointOf(unbroken)), StoppedRun.TensorsOf(StoppedRun.CheckpointOf(resumed)));
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void A_signal_saves_ends_with_130_and_the_run_goes_on_bit_equal(bool terminate, bool inBackground)
    {
        using TemporaryFolder folder = new();
        string[] arguments = Arguments(folder.Text(), 1, "mvn-grad");
        JsonElement unbroken = NablaProcess.Run(StoppedRun.Home(folder, "unbroken"), arguments).Json();
        Dictionary<string, string?> environment = StoppedRun.Home(folder, "stopped");
        JsonElement stopped;
        using (NablaProcess process = inBackground
            ? NablaProcess.StartIgnoringInterrupts(environment, arguments)
            : NablaProcess.Start(environment, arguments))
        {
            StoppedRun.AwaitCheckpoint(environment, process);
            if (terminate)
            {
                process.Terminate();
            }
            else
            {
                process.Interrupt();
            }

            NablaResult result = process.Finish();
            stopped = result.Json(code: 130);
            Assert.Contains("nabla resume", result.Error, StringComparison.Ordinal);
        }

        Assert.Equal("cancelled", stopped.GetProperty("ending").GetString());
        Assert.True(stopped.GetProperty("steps").GetInt64() < Steps);
        JsonElement resumed = NablaProcess.Run(environment, "resume", stopped.GetProperty("run").GetString()!, "--json").Json();
        Assert.Equal(unbroken.GetProperty("final_loss").GetDouble(), resumed.GetProperty("final_loss").GetDouble());
        Assert.Equal(StoppedRun.TensorsOf(StoppedRun.CheckpointOf(unbroken)), StoppedRun.TensorsOf(StoppedRun.CheckpointOf(resumed)));
    }

    private static string[] Arguments(string text, int threads, string optimizer) =>
    [
        "train", "text", "--data", text, "--optimizer", optimizer, "--steps", $"{Steps}", "--json", "--layers", "1", "--heads", "2",
        "--width", "16", "--context", "16", "--batch", "4", "--dropout", "0.2", "--threads", $"{threads}", "--checkpoint-every", "7",
        "--evaluate-every", "50", "--seed", "3",
    ];

    private static string KillTwice(Dictionary<string, string?> environment, string[] arguments, Random random)
    {
        using (NablaProcess process = NablaProcess.Start(environment, arguments))
        {
            StoppedRun.AwaitCheckpoint(environment, process);
            Thread.Sleep(random.Next(250));
            process.Kill();
        }

        string run = StoppedRun.RunIn(environment)!;
        using (NablaProcess process = NablaProcess.Start(environment, "resume", run, "--json"))
        {
            Thread.Sleep(300 + random.Next(900));
            process.Kill();
        }

        return run;
    }
}
