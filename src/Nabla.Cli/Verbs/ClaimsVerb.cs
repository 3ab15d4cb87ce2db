using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nabla.Claims;
using Nabla.Runs;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla claims</c>: every claim with its last verdict on this machine.</summary>
internal static class ClaimsVerb
{
    /// <summary>Makes the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand command = new(
            "claims",
            "Lists the claims that can be rerun, with the last verdict on this machine.",
            "A claim is an experiment of seconds that repeats what a paper says of a method. 'nabla reproduce NAME' runs it.",
            "nabla claims",
            "nabla claims mvn-grad --json");
        Argument<string?> name = new("NAME")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "A claim or a method, for all claims about it. Default: all claims.",
        };
        Option<string?> home = new("--out")
        {
            HelpName = "DIR",
            Description = "The folder that was given to reproduce with --out. Default: NABLA_HOME, or the user's data folder.",
        };
        Option<string?> markdown = new("--markdown")
        {
            HelpName = "FILE",
            Description = "Write the table of all claims, with their quick verdicts for seed 0, into this document, between its markers.",
        };
        command.Add(name);
        command.Add(home);
        command.Add(markdown);
        command.SetAction(parsed => parsed.GetValue(markdown) is { } file ? Write(file, parsed.GetValue(name), TaskArguments.FullPath(parsed.GetValue(home))) : Run(
            ClaimSelection.Find(parsed.GetValue(name), null),
            Last(TaskArguments.FullPath(parsed.GetValue(home))),
            parsed.GetValue(name) is not null,
            parsed.GetValue(command.Json),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    // A list is no reason to make a store.
    private static Dictionary<string, ClaimRecord> Last(string? home)
    {
        if (!RunStore.Exists(home))
        {
            return [];
        }

        using RunStore store = RunStore.Open(home);
        return store.LastClaims().ToDictionary(record => record.Claim, StringComparer.Ordinal);
    }

    private static int Write(string file, string? name, string? home)
    {
        if (name is not null)
        {
            throw new UsageException($"The table holds all claims; leave out '{name}', or leave out --markdown.");
        }

        if (!File.Exists(file))
        {
            throw new UsageException($"There is no document '{file}'. Name one that has the markers '{ClaimDocument.Begin}' and '{ClaimDocument.End}'.");
        }

        using RunStore store = RunStore.Open(home);
        ClaimDocument.Write(file, store);
        return ExitCode.Done;
    }

    private static int Run(
        IReadOnlyList<RegisteredClaim> claims, Dictionary<string, ClaimRecord> last, bool named, bool json, TextWriter output)
    {
        if (json)
        {
            JsonDocumentWriter.Write(
                output, new JsonArray([.. claims.Select(claim => Document(claim, last.GetValueOrDefault(claim.Name)))]));
            return ExitCode.Done;
        }

        PlainTable table = new("claim", "last verdict", "on record", "mode", "when (UTC)", "seconds");
        foreach (RegisteredClaim claim in claims)
        {
            ClaimRecord? run = last.GetValueOrDefault(claim.Name);
            table.Add(
                claim.Name,
                run?.Verdict ?? "never run",
                ClaimRun.WordOf(claim.Registration.Expected),
                run?.Mode ?? "",
                run?.When.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "",
                run?.Seconds.ToString("F1", CultureInfo.InvariantCulture) ?? "");
        }

        table.Write(output);
        output.WriteLine();
        // A short list has room for what is claimed.
        foreach (RegisteredClaim claim in named ? claims : [])
        {
            output.WriteLine($"{claim.Name}: {claim.Registration.Says}");
            output.WriteLine($"  Source: {claim.Registration.Source}.");
            output.WriteLine($"  Mutants: {string.Join(", ", claim.Claim.Mutants)}.");
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{claims.Count} claims, about {claims.Sum(claim => claim.Registration.Seconds):0} s in all; 'nabla reproduce NAME' runs one."));
        return ExitCode.Done;
    }

    private static JsonObject Document(RegisteredClaim claim, ClaimRecord? run) => new()
    {
        ["claim"] = claim.Name,
        ["method"] = claim.Method,
        ["says"] = claim.Registration.Says,
        ["source"] = claim.Registration.Source,
        ["verdict"] = run?.Verdict,
        ["on_record"] = ClaimRun.WordOf(claim.Registration.Expected),
        ["seconds"] = JsonDocumentWriter.Number(run?.Seconds),
        ["stated_seconds"] = JsonDocumentWriter.Number(claim.Registration.Seconds),
        ["mode"] = run?.Mode,
        ["seed"] = run?.Seed,
        ["started"] = run?.When.ToString("O", CultureInfo.InvariantCulture),
        ["figures"] = run is null ? null : JsonNode.Parse(run.Figures),
        ["mutants"] = JsonDocumentWriter.Texts(claim.Claim.Mutants),
    };
}
