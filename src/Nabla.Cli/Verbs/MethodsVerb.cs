using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Nabla.Core;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla methods</c>: the catalogue.</summary>
internal static class MethodsVerb
{
    /// <summary>Makes the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand command = new(
            "methods", "Lists the methods: name, family, paper.", "", "nabla methods", "nabla methods --family first-order --json");
        Option<string?> family = new("--family") { HelpName = "F", Description = "Only the methods of this family." };
        command.Add(family);
        command.SetAction(parsed => Run(
            parsed.GetValue(family), parsed.GetValue(command.Json), parsed.InvocationConfiguration.Output));
        return command;
    }

    /// <summary>A method's options as the documents of <c>methods</c> and <c>explain</c> have them.</summary>
    /// <param name="method">The method.</param>
    /// <returns>An array of objects.</returns>
    public static JsonArray Options(MethodDescriptor method)
    {
        JsonArray options = [];
        foreach (OptionDescriptor option in method.Options)
        {
            options.Add(new JsonObject
            {
                ["name"] = option.Name,
                ["type"] = option.Type,
                ["default"] = JsonDocumentWriter.Value(option.Default),
                ["range"] = option.Range,
                ["summary"] = option.Summary,
            });
        }

        return options;
    }

    /// <summary>The name of a method's family as the documents have it: <c>first-order</c>.</summary>
    /// <param name="method">The method.</param>
    /// <returns>Lower case with hyphens.</returns>
    public static string FamilyOf(MethodDescriptor method)
    {
        ReadOnlySpan<char> name = method.Family.ToString();
        StringBuilder hyphenated = new();
        foreach (char letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && hyphenated.Length > 0)
            {
                hyphenated.Append('-');
            }

            hyphenated.Append(char.ToLowerInvariant(letter));
        }

        return hyphenated.ToString();
    }

    private static int Run(string? family, bool json, TextWriter output)
    {
        IReadOnlyList<MethodDescriptor> methods = Catalogue.Methods;
        if (family is not null)
        {
            string[] families = [.. methods.Select(method => FamilyOf(method)).Distinct().Order(StringComparer.Ordinal)];
            if (!families.Contains(family, StringComparer.OrdinalIgnoreCase))
            {
                throw new UsageException($"There is no family '{family}'; the families are {string.Join(", ", families)}.");
            }

            methods = [.. methods.Where(method => FamilyOf(method).Equals(family, StringComparison.OrdinalIgnoreCase))];
        }

        if (json)
        {
            JsonDocumentWriter.Write(output, new JsonArray([.. methods.Select(method => new JsonObject
            {
                ["name"] = method.Name,
                ["family"] = FamilyOf(method),
                ["paper"] = method.Paper,
                ["title"] = method.Title,
                ["kind"] = method.Kind,
                ["options"] = Options(method),
            })]));
            return ExitCode.Done;
        }

        PlainTable table = new("name", "family", "paper", "title");
        foreach (MethodDescriptor method in methods)
        {
            table.Add(method.Name, FamilyOf(method), method.Paper, method.Title);
        }

        table.Write(output);
        output.WriteLine();
        output.WriteLine("'nabla explain METHOD' shows the equations, options and cost of one.");
        return ExitCode.Done;
    }
}
