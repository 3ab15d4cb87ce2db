using System.CommandLine;
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
            "Shows a method's equations as traced from the code, its options, state, cost and paper.",
            "",
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
        if (!json)
        {
            output.Write(method.Explain());
            return ExitCode.Done;
        }

        JsonDocumentWriter.Write(output, new JsonObject
        {
            ["name"] = method.Name,
            ["family"] = MethodsVerb.FamilyOf(method),
            ["paper"] = method.Paper,
            ["title"] = method.Title,
            ["kind"] = method.Kind,
            ["equations"] = JsonDocumentWriter.Texts(method.Equations()),
            ["options"] = MethodsVerb.Options(method),
            ["state"] = JsonDocumentWriter.Texts(method.StateNames),
            // What is read beyond the parameter and its gradient, four bytes each, is the state.
            ["state_bytes_per_parameter"] = method.ReadBytes - 8,
            ["bytes_moved_per_parameter"] = method.ReadBytes + method.WrittenBytes,
            ["departures"] = JsonDocumentWriter.Texts(method.Departures),
        });
        return ExitCode.Done;
    }
}
