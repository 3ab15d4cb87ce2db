using System.CommandLine;

namespace Nabla.Cli;

/// <summary>A verb of the command line: a command with the example that its help shows.</summary>
public sealed class VerbCommand : Command
{
    /// <summary>Makes a verb.</summary>
    /// <param name="name">The verb as typed.</param>
    /// <param name="description">One sentence or a short paragraph for the help.</param>
    /// <param name="examples">Command lines that work as they stand; at least one.</param>
    public VerbCommand(string name, string description, params string[] examples)
        : base(name, description)
    {
        ArgumentOutOfRangeException.ThrowIfZero(examples.Length);
        Examples = examples;
        Add(Json);
    }

    /// <summary>The command lines that the help shows.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>The option that every verb has: one JSON document on standard output and nothing else there.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Print one JSON document and nothing else." };
}
