using System.CommandLine;

namespace Nabla.Cli;

/// <summary>Options of the verbs that read a table of their own.</summary>
internal static class TableArguments
{
    /// <summary><c>--data</c>: the table.</summary>
    public static Option<string> Data() => new("--data") { HelpName = "PATH", Description = "A CSV file with a line of column names.", Required = true };

    /// <summary><c>--missing</c>: <c>refuse</c> or <c>skip</c>.</summary>
    public static Option<string> Missing()
    {
        Option<string> missing = new("--missing")
        {
            HelpName = "refuse|skip",
            Description = "What is done with rows that lack a value.",
            DefaultValueFactory = _ => "refuse",
        };
        TaskArguments.Restrict(missing, "refuse", "skip");
        return missing;
    }
}
