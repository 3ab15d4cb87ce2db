using System.CommandLine;

namespace Nabla.Cli;

/// <summary>A verb of the command line: a command with the example that its help shows.</summary>
internal sealed class VerbCommand : Command
{
    /// <summary>Makes a verb.</summary>
    /// <param name="name">The verb as typed.</param>
    /// <param name="summary">One sentence, shown in the list of verbs too.</param>
    /// <param name="details">What else a user should know, shown in the help of the verb alone; may be empty.</param>
    /// <param name="examples">Command lines that work as they stand; at least one.</param>
    public VerbCommand(string name, string summary, string details, params string[] examples)
        : base(name, summary)
    {
        ArgumentOutOfRangeException.ThrowIfZero(examples.Length);
        Details = details;
        Examples = examples;
        Add(Json);
    }

    /// <summary>What else a user should know; may be empty.</summary>
    public string Details { get; }

    /// <summary>The command lines that the help shows.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>The option that every verb has: one JSON document on standard output and nothing else there.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Print one JSON document and nothing else." };
}
