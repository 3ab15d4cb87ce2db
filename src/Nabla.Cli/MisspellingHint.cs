using System.CommandLine;
using Nabla.Core;

namespace Nabla.Cli;

/// <summary>Guesses which verb or option a word that is neither was meant to be.</summary>
internal static class MisspellingHint
{
    /// <summary>The question to put after an error.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="message">The error; only a word that it names is looked at.</param>
    /// <returns>The question with a space before it; empty when nothing is near.</returns>
    public static string Of(ParseResult parsed, string message)
    {
        string? word = parsed.UnmatchedTokens.FirstOrDefault(token => message.Contains($"'{token}'", StringComparison.Ordinal));
        if (string.IsNullOrEmpty(word))
        {
            return string.Empty;
        }

        Command command = parsed.CommandResult.Command;
        return NameSuggestion.For(
            word.Split('=')[0],
            word.StartsWith('-') ? command.Options.Select(option => option.Name) : command.Subcommands.Select(verb => verb.Name));
    }
}
