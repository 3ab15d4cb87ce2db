using System.Text.Json;

namespace Nabla.Cli.Tests;

/// <summary>Runs that train an adapter, stopped in the middle.</summary>
public sealed class AdaptResumeTests
{
    private const int Steps = 150;

    [Theory]
    [InlineData("train", true)]
    [InlineData("train", false)]
    [InlineData("adapt", true)]
    [InlineData("adapt", false)]
    public void A_run_that_is_stopped_early_goes_on_to_the_bits_of_an_unbroken_one(string verb, bool kill)
    {
        using TemporaryFolder folder = new();
        string model = GenerateTests.Model(folder);
        byte[] weights = File.ReadAllBytes(Path.Combine(model, "model.safetensors"));
        string[] Arguments(string name) =>
        [
            .. verb == "train"
                ? (string[])["train", "text", "--adapter", "lora", "--checkpoint-every", "3"]
                : ["adapt", "--out", Path.Combine(folder.Path, name)],
            "--model", model, "--data", folder.Text(), "--steps", $"{Steps}", "--rank", "2", "--adapter-dropout", "0.1", "--targets", "q_proj,down_proj",
            "--batch", "4", "--context", "16", "--threads", "1", "--evaluate-every", "20", "--set", "learningRate=0.01", "--seed", "3", "--json",
        ];
        Dictionary<string, string?> whole = StoppedRun.Home(folder, "whole"), stopped = StoppedRun.Home(folder, "stopped");
        JsonElement unbroken = NablaProcess.Run(whole, Arguments("whole-adapter")).Json();
        using (NablaProcess process = NablaProcess.Start(stopped, Arguments("stopped-adapter")))
        {
            if (verb == "train")
            {
                StoppedRun.AwaitCheckpoint(stopped, process);
            }
            else
            {
                // It saves its state every minute and when it is stopped.
                StoppedRun.AwaitRun(stopped, process);
            }

            if (kill)
            {
                process.Kill();
            }
            else
            {
                process.Interrupt();
                NablaResult result = process.Finish();
                JsonElement told = result.Json(code: 130);
                Assert.Contains("nabla resume", result.Error, StringComparison.Ordinal);
                Assert.Equal("cancelled", told.GetProperty("ending").GetString());
                Assert.InRange(told.GetProperty("steps").GetInt64(), 0, Steps - 1);
            }
        }

        string run = StoppedRun.RunIn(stopped)!;
        Assert.False(Directory.Exists(Path.Combine(stopped["NABLA_HOME"]!, "runs", run, "adapter")));
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "stopped-adapter")));
        JsonElement resumed = NablaProcess.Run(stopped, "resume", run, "--json").Json();
        Assert.Equal("completed", resumed.GetProperty("ending").GetString());
        Assert.Equal(Steps, resumed.GetProperty("steps").GetInt64());
        // Losses of all steps, states of the method, factors and position, and the adapter as others read it.
        Assert.Equal(StoppedRun.TensorsOf(StoppedRun.CheckpointOf(whole)), StoppedRun.TensorsOf(StoppedRun.CheckpointOf(stopped)));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(unbroken.GetProperty(verb == "train" ? "model" : "adapter").GetString()!, "adapter_model.safetensors")),
            File.ReadAllBytes(Path.Combine(resumed.GetProperty("model").GetString()!, "adapter_model.safetensors")));
        Assert.Equal(weights, File.ReadAllBytes(Path.Combine(model, "model.safetensors")));
    }
}
