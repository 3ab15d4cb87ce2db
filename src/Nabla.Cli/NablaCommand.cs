using System.CommandLine;
using System.CommandLine.Help;
using Nabla.Cli.Verbs;

namespace Nabla.Cli;

/// <summary>The command <c>nabla</c>: its verbs, and how their errors become sentences and exit codes.</summary>
public static class NablaCommand
{
    /// <summary>Runs a command line.</summary>
    /// <param name="args">The arguments after <c>nabla</c>.</param>
    /// <param name="output">Where results go; with <c>--json</c>, one document and nothing else.</param>
    /// <param name="error">Where progress, logs and errors go.</param>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        ParseResult parsed = Build().Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is not ExampleHelp)
        {
            // "Required command missing" says less than the word that was no command.
            string message = (parsed.Errors.FirstOrDefault(e => e.SymbolResult is not System.CommandLine.Parsing.CommandResult)
                ?? parsed.Errors.FirstOrDefault(e => parsed.UnmatchedTokens.Any(e.Message.Contains)) ?? parsed.Errors[0]).Message;
            error.WriteLine("nabla: " + ErrorSentence.OneLine(message) + MisspellingHint.Of(parsed, message));
            error.WriteLine($"See '{PathOf(parsed.CommandResult)} --help'.");
            return ExitCode.WrongUsage;
        }

        if (parsed.Action is not ExampleHelp && EmptyOption(parsed) is { } empty)
        {
            error.WriteLine($"nabla: The option {empty} is empty; give it a value or leave it out.");
            return ExitCode.WrongUsage;
        }

        try
        {
            return parsed.Invoke(
                new InvocationConfiguration
                {
                    Output = output,
                    Error = error,
                    EnableDefaultExceptionHandler = false,
                    // Verbs that run long save their state on a signal; they listen themselves.
                    ProcessTerminationTimeout = null,
                });
        }
#pragma warning disable CA1031 // The user gets a sentence and an exit code, whatever failed.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            (string sentence, int code) = ErrorSentence.Of(failure);
            error.WriteLine("nabla: " + sentence);
            if (Environment.GetEnvironmentVariable("NABLA_DEBUG") == "1")
            {
                error.WriteLine(failure);
            }

            return code;
        }
    }

    /// <summary>Makes the root command with every verb.</summary>
    /// <returns>The command.</returns>
    public static RootCommand Build()
    {
        RootCommand root = new("Trains models, compares training methods and says what each costs. Exit codes: 0 done, "
            + "1 failed, 2 wrong usage, 130 interrupted with the state saved.")
        {
            MethodsVerb.Create(),
            ExplainVerb.Create(),
            TraceVerb.Create(),
            TrainVerb.Create(),
            ResumeVerb.Create(),
            GenerateVerb.Create(),
            MergeVerb.Create(),
            AdaptVerb.Create(),
            CompareVerb.Create(),
            MinimizeVerb.Create(),
            ComparePartVerb.Create(),
            MixtureVerb.Create(),
            ConvexNetVerb.Create(),
            UnlearnVerb.Create(),
            ReproduceVerb.Create(),
            ClaimsVerb.Create(),
            RunsVerb.Create(),
            DashboardVerb.Create(),
            AttributionVerb.Create(),
            BenchVerb.Create(),
            DoctorVerb.Create(),
        };
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            help.Action = new ExampleHelp((HelpAction)help.Action!);
        }

        return root;
    }

    // What an unset variable of a shell leaves behind. No option means anything by it.
    private static string? EmptyOption(ParseResult parsed) => parsed.CommandResult.Children
        .OfType<System.CommandLine.Parsing.OptionResult>()
        .FirstOrDefault(option => option.Tokens.Any(token => token.Value.Length == 0))?.Option.Name;

    private static string PathOf(System.CommandLine.Parsing.CommandResult result)
    {
        List<string> names = [];
        for (System.CommandLine.Parsing.SymbolResult? at = result; at is not null; at = at.Parent)
        {
            if (at is System.CommandLine.Parsing.CommandResult { Command: var command })
            {
                names.Insert(0, command is RootCommand ? "nabla" : command.Name);
            }
        }

        return string.Join(' ', names);
    }
}
