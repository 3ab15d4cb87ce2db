using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Nabla.Cli.Tests;

/// <summary>What tests of runs that are stopped and go on share.</summary>
internal static class StoppedRun
{
    /// <summary>An environment with a store of its own.</summary>
    public static Dictionary<string, string?> Home(TemporaryFolder folder, string name) =>
        new() { ["NABLA_HOME"] = Path.Combine(folder.Path, name) };

    /// <summary>Waits until the one run in a store has a whole checkpoint.</summary>
    public static void AwaitCheckpoint(Dictionary<string, string?> environment, NablaProcess process)
    {
        long started = Stopwatch.GetTimestamp();
        while (!HasWholeCheckpoint(environment))
        {
            Assert.False(process.HasExited, $"The training ended before its first checkpoint: {process.ErrorSoFar}");
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "No checkpoint came within a minute.");
            Thread.Sleep(5);
        }
    }

    /// <summary>Waits until a run stands in a store and is claimed by its process.</summary>
    public static void AwaitRun(Dictionary<string, string?> environment, NablaProcess process)
    {
        long started = Stopwatch.GetTimestamp();
        while (RunIn(environment) is not { } run || !File.Exists(Path.Combine(environment["NABLA_HOME"]!, "runs", run, "lock")))
        {
            Assert.False(process.HasExited, $"The training ended before its run was in the store: {process.ErrorSoFar}");
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "No run came within a minute.");
            Thread.Sleep(5);
        }
    }

    /// <summary>Whether a checkpoint has its final name; one that is being written has another and does not count.</summary>
    private static bool HasWholeCheckpoint(Dictionary<string, string?> environment)
    {
        if (RunIn(environment) is not { } run)
        {
            return false;
        }

        string checkpoints = Path.Combine(environment["NABLA_HOME"]!, "runs", run, "checkpoints");
        return Directory.Exists(checkpoints)
            && Directory.GetDirectories(checkpoints, "checkpoint-*").Any(path => Path.GetFileName(path)[11..].All(char.IsAsciiDigit));
    }

    /// <summary>The one run in a store, or null.</summary>
    public static string? RunIn(Dictionary<string, string?> environment)
    {
        string runs = Path.Combine(environment["NABLA_HOME"]!, "runs");
        return Directory.Exists(runs) ? Directory.GetDirectories(runs).Select(Path.GetFileName).FirstOrDefault() : null;
    }

    /// <summary>The last checkpoint that a document of training names.</summary>
    public static string CheckpointOf(JsonElement document) => document.GetProperty("checkpoint").GetString()!;

    /// <summary>The newest checkpoint of the one run in a store.</summary>
    public static string CheckpointOf(Dictionary<string, string?> environment) =>
        Directory.GetDirectories(Path.Combine(environment["NABLA_HOME"]!, "runs", RunIn(environment)!, "checkpoints"), "checkpoint-*")
            .MaxBy(path => long.Parse(Path.GetFileName(path)[11..], CultureInfo.InvariantCulture))!;

    /// <summary>
    /// The digest of every tensor in the last checkpoint by name: parameters, the state of the method, the losses of all
    /// steps. The times of the steps alone may differ.
    /// </summary>
    public static SortedDictionary<string, string> TensorsOf(string checkpoint)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(checkpoint, "tensors.safetensors"));
        int header = checked((int)BinaryPrimitives.ReadInt64LittleEndian(file));
        using JsonDocument entries = JsonDocument.Parse(file.AsMemory(8, header));
        SortedDictionary<string, string> digests = new(StringComparer.Ordinal);
        foreach (JsonProperty entry in entries.RootElement.EnumerateObject())
        {
            if (entry.Name != "__metadata__" && !entry.Name.EndsWith("/seconds", StringComparison.Ordinal))
            {
                JsonElement offsets = entry.Value.GetProperty("data_offsets");
                int from = offsets[0].GetInt32();
                digests.Add(
                    entry.Name, Convert.ToHexString(SHA256.HashData(file.AsSpan(8 + header + from, offsets[1].GetInt32() - from))));
            }
        }

        Assert.Contains(digests.Keys, name => name.StartsWith("task/", StringComparison.Ordinal));
        Assert.Contains(digests.Keys, name => name.StartsWith("optimizer/", StringComparison.Ordinal));
        Assert.Contains("training/loss", digests.Keys);
        return digests;
    }
}
