using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nabla.Core;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla explain</c>: a method's equations, traced from the code, with its options and cost.</summary>
internal static class ExplainVerb
{
    /// <summary>Makes the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand command = new(
            "explain",
            "Shows a method: its equations as traced from the code that runs, options with defaults and ranges, bytes of state "
                + "a parameter, cost, paper, and where it departs from the paper.",
            "nabla explain mvn-grad");
        Argument<string> name = new("METHOD") { Description = "The method, as 'nabla methods' names it." };
        command.Add(name);
        command.SetAction(parsed => Run(
            parsed.GetValue(name)!, parsed.GetValue(command.Json), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Run(string name, bool json, TextWriter output)
    {
        MethodDescriptor method = Catalogue.Find(name);
        IReadOnlyList<string> equations = method.Equations;
        if (json)
        {
            JsonDocumentWriter.Write(output, new JsonObject
            {
                ["name"] = method.Name,
                ["family"] = method.FamilyName,
                ["paper"] = method.Paper,
                ["title"] = method.Title,
                ["kind"] = method.KindName,
                ["equations"] = JsonDocumentWriter.Texts(equations),
                ["options"] = MethodsVerb.Options(method),
                ["state"] = JsonDocumentWriter.Texts(method.StateNames),
                ["state_bytes_per_parameter"] = method.StateBytes,
                ["bytes_moved_per_parameter"] = method.ReadBytes + method.WrittenBytes,
                ["departures"] = JsonDocumentWriter.Texts(method.Departures),
            });
            return ExitCode.Done;
        }

        output.WriteLine($"{method.Name}: {method.Title}");
        output.WriteLine($"{method.Paper}, family {method.FamilyName}");
        output.WriteLine();
        output.WriteLine("Equations of one step, traced from the code:");
        foreach (string equation in equations)
        {
            output.WriteLine($"  {equation}");
        }

        output.WriteLine();
        PlainTable table = new("option", "default", "range", "what it does");
        foreach (OptionDescriptor option in method.Options)
        {
            table.Add(
                option.Name,
                Convert.ToString(option.Default, CultureInfo.InvariantCulture) ?? "none",
                option.Range,
                option.Summary);
        }

        table.Write(output);
        output.WriteLine();
        string state = method.StateNames.Count == 0 ? "none" : string.Join(", ", method.StateNames);
        output.WriteLine($"State: {state}; {method.StateBytes} bytes a parameter in float32.");
        output.WriteLine($"Cost: a step reads {method.ReadBytes} and writes {method.WrittenBytes} bytes a parameter in one pass.");
        output.WriteLine(method.Departures.Count == 0 ? "Departures from the paper: none." : "Departures from the paper:");
        foreach (string departure in method.Departures)
        {
            output.WriteLine($"  - {departure}");
        }

        return ExitCode.Done;
    }
}
