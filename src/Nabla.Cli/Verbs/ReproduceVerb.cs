using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nabla.Claims;
using Nabla.Runs;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla reproduce</c>: runs claims again and says whether they hold.</summary>
internal static class ReproduceVerb
{
    /// <summary>Makes the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand command = new(
            "reproduce",
            "Runs claims of papers again on this machine and says whether they hold.",
            "Quick mode takes seconds a claim, --full minutes. A verdict is a result: the exit code is 0 whether claims hold or "
                + "fail. A verdict that differs from the one on record for quick mode is told on standard error. With --mutant the "
                + "method is run with a deliberate defect, the verdict should change, and is not recorded.",
            "nabla reproduce mvn-grad",
            "nabla reproduce mvn-grad/bounded-spike --mutant stale-variance --json");
        Argument<string?> name = new("NAME")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "A claim (mvn-grad/bounded-spike) or a method (mvn-grad), for all claims about it. Default: all claims.",
        };
        Option<bool> full = new("--full") { Description = "Run at the scale for people, minutes, instead of seconds." };
        Option<long> seed = TaskArguments.SeedOption();
        Option<string?> mutant = new("--mutant")
        {
            HelpName = "NAME",
            Description = "Run with this deliberate defect, those claims that know it. 'nabla claims NAME' lists them.",
        };
        Option<string?> home = new("--out")
        {
            HelpName = "DIR",
            Description = "The folder for verdicts and the report. Default: NABLA_HOME, or the user's data folder.",
        };
        command.Add(name);
        command.Add(full);
        command.Add(seed);
        command.Add(mutant);
        command.Add(home);
        command.SetAction(parsed => Run(
            ClaimSelection.Find(parsed.GetValue(name), parsed.GetValue(mutant)),
            parsed.GetValue(full),
            parsed.GetValue(seed),
            parsed.GetValue(mutant),
            TaskArguments.FullPath(parsed.GetValue(home)),
            parsed.GetValue(command.Json),
            parsed.InvocationConfiguration));
        return command;
    }

    /// <summary>Figures as JSON.</summary>
    /// <param name="figures">The figures by name.</param>
    /// <returns>Numbers by name.</returns>
    public static JsonObject Figures(IReadOnlyDictionary<string, double> figures)
    {
        JsonObject document = [];
        foreach ((string name, double value) in figures)
        {
            document[name] = JsonDocumentWriter.Number(value);
        }

        return document;
    }

    private static int Run(
        IReadOnlyList<RegisteredClaim> claims, bool full, long seed, string? mutant, string? home, bool json, InvocationConfiguration streams)
    {
        using Interruption interruption = new(streams.Error, "Stopping the claim that is running.");
        using RunStore store = RunStore.Open(home);
        List<ClaimRun> runs = [];
        List<string> broken = [];
        bool interrupted = false;
        ClaimDisplay.Show(claims, streams.Error, display =>
        {
            foreach (RegisteredClaim claim in claims)
            {
                try
                {
                    IProgress<string> progress = display.Begin(claim, full);
                    ClaimRun run = ClaimRunner.Run(claim, full, seed, mutant, progress, null, interruption.Token);
                    runs.Add(run);
                    if (mutant is null)
                    {
                        store.RecordClaim(run.ToRecord(), run.PlotsToStore);
                    }

                    display.End(string.Create(
                        CultureInfo.InvariantCulture, $"{claim.Name}: {run.Word}, {run.Seconds:0.0} s"));
                }
                catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
                {
                    interrupted = true;
                    return;
                }
#pragma warning disable CA1031 // An experiment that breaks off must not keep the others from running.
                catch (Exception failure) when (failure is not (RunStoreException or OutOfMemoryException))
#pragma warning restore CA1031
                {
                    broken.Add($"{claim.Name} broke off: {ErrorSentence.OneLine(failure.Message)}");
                    display.End(broken[^1]);
                }
            }
        });

        string? report = runs.Count > 0 ? WriteReport(runs, home) : null;
        if (json)
        {
            JsonDocumentWriter.Write(streams.Output, new JsonArray([.. runs.Select(Document)]));
        }
        else
        {
            Print(runs, report, streams.Output);
        }

        foreach (ClaimRun run in runs.Where(run => !run.Full && run.Mutant is null))
        {
            Verdict expected = RegisteredClaim.Find(run.Claim).Registration.Expected;
            if (run.Verdict != expected)
            {
                streams.Error.WriteLine(
                    $"{run.Claim}: the verdict on record is {ClaimRun.WordOf(expected)}, this run says {run.Word}.");
            }
        }

        foreach (string sentence in broken)
        {
            streams.Error.WriteLine("nabla: " + sentence);
        }

        if (interrupted)
        {
            streams.Error.WriteLine("nabla: Interrupted; the verdicts so far are kept.");
            return ExitCode.Interrupted;
        }

        return broken.Count > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private static JsonObject Document(ClaimRun run)
    {
        RegisteredClaim claim = RegisteredClaim.Find(run.Claim);
        JsonObject document = new()
        {
            ["claim"] = run.Claim,
            ["method"] = claim.Method,
            ["says"] = claim.Registration.Says,
            ["verdict"] = run.Word,
            ["seconds"] = JsonDocumentWriter.Number(run.Seconds),
            ["figures"] = Figures(run.Figures),
            ["source"] = claim.Registration.Source,
            ["on_record"] = ClaimRun.WordOf(claim.Registration.Expected),
            ["mode"] = run.Mode,
            ["seed"] = run.Seed,
        };
        if (run.Mutant is not null)
        {
            document["mutant"] = run.Mutant;
        }

        return document;
    }

    private static void Print(List<ClaimRun> runs, string? report, TextWriter output)
    {
        foreach (ClaimRun run in runs)
        {
            RegisteredClaim claim = RegisteredClaim.Find(run.Claim);
            string with = run.Mutant is null ? "" : $" with the defect {run.Mutant}";
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{run.Claim}{with}: {run.Word.ToUpperInvariant()} ({run.Seconds:0.0} s)"));
            output.WriteLine(claim.Registration.Says);
            output.WriteLine($"Source: {claim.Registration.Source}.");
            output.WriteLine();
            PlainTable figures = new("figure", "value");
            foreach ((string name, double value) in run.Figures)
            {
                figures.Add(name.Replace('_', ' '), value.ToString("G6", CultureInfo.InvariantCulture));
            }

            figures.Write(output);
            output.WriteLine();
        }

        if (runs.Count > 1)
        {
            PlainTable table = new("claim", "verdict", "on record", "seconds");
            foreach (ClaimRun run in runs)
            {
                table.Add(
                    run.Claim,
                    run.Word,
                    ClaimRun.WordOf(RegisteredClaim.Find(run.Claim).Registration.Expected),
                    run.Seconds.ToString("F1", CultureInfo.InvariantCulture));
            }

            table.Write(output);
            output.WriteLine();
            output.WriteLine(ClaimReport.Summary(runs));
        }

        if (report is not null)
        {
            output.WriteLine($"Report: {report}");
        }
    }

    private static string WriteReport(List<ClaimRun> runs, string? home)
    {
        string folder = Path.Combine(home ?? RunStore.DefaultHome, "reports");
        string stamp = runs[0].Started.UtcDateTime.ToString("yyMMdd-HHmmss", CultureInfo.InvariantCulture);
        string path = Path.Combine(folder, $"claims-{stamp}.html");
        for (int i = 2; File.Exists(path); i++)
        {
            path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"claims-{stamp}-{i}.html"));
        }

        try
        {
            ClaimReport.Write(runs, path, TypedCommand.Line);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RunStoreException($"The report cannot be written to '{path}': {failure.Message} Name another folder with --out.", failure);
        }

        return path;
    }
}
