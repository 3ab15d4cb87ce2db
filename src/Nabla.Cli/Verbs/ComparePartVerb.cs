using System.CommandLine;
using System.Diagnostics;
using Nabla.Experiments;
using Nabla.Runs;

namespace Nabla.Cli.Verbs;

/// <summary>One part of a comparison, in a process of its own.</summary>
internal static class ComparePartVerb
{
    /// <summary>The hidden command that a comparison starts for each of its runs when they are trained in parallel.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand command = new(
            "compare-part", "Trains one part of a comparison, until standard input ends.", "",
            "nabla compare-part c250131-120000-01 run/adamw/0")
        {
            Hidden = true,
        };
        Argument<string> comparison = new("COMPARISON");
        Argument<string> slot = new("PART");
        Option<string?> home = RunsVerb.Home();
        command.Add(comparison);
        command.Add(slot);
        command.Add(home);
        command.SetAction(parsed =>
        {
            using Interruption interruption = new(parsed.InvocationConfiguration.Error);
            using CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token);
            // The one who started this process closes the stream to stop it; so does the system when that one is killed.
            Thread watch = new(() =>
            {
                try
                {
                    while (Console.In.Read() >= 0)
                    {
                    }

                    source.Cancel();
                }
                catch (ObjectDisposedException)
                {
                    // The part ended first.
                }
            })
            {
                IsBackground = true,
            };
            watch.Start();
            StoredRun run = Comparison.RunPart(
                parsed.GetValue(comparison)!, parsed.GetValue(slot)!, TaskArguments.FullPath(parsed.GetValue(home)), source.Token);
            return run.Ending == "cancelled" ? ExitCode.Interrupted : ExitCode.Done;
        });
        return command;
    }

    /// <summary>How a process that trains one part of a comparison is started.</summary>
    /// <param name="home">The store's folder; null: the usual one.</param>
    public static Func<string, string, ProcessStartInfo> Start(string? home) => (comparison, slot) =>
    {
        // The command runs as 'dotnet nabla.dll' or as a program of its own.
        string self = Environment.ProcessPath ?? "nabla";
        ProcessStartInfo start = new(self);
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ComparePartVerb).Assembly.Location);
        }

        foreach (string argument in new[] { "compare-part", comparison, slot, "--out", home ?? RunStore.DefaultHome })
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    };
}
