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
            "nabla explain mvn-grad",
            "nabla explain mvn-grad --latex");
        Argument<string> name = new("METHOD") { Description = "The method, as 'nabla methods' names it." };
        Option<bool> latex = new("--latex") { Description = "Write the equations in LaTeX." };
        command.Add(name);
        command.Add(latex);
        command.SetAction(parsed => Run(
            parsed.GetValue(name)!,
            parsed.GetValue(command.Json),
            parsed.GetValue(latex),
            parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Run(string name, bool json, bool latex, TextWriter output)
    {
        MethodDescriptor method = Catalogue.Find(name);
        if (!json)
        {
            output.Write(method.Explain(latex));
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
            ["latex"] = JsonDocumentWriter.Texts(method.IsElementwise ? method.LatexEquations() : []),
            ["options"] = MethodsVerb.Options(method),
            ["state"] = JsonDocumentWriter.Texts(method.StateNames),
            ["operations_per_parameter"] = Operations(method),
            ["state_bytes_per_parameter"] = method.MethodKind == MethodKind.Procedure ? null : method.StateBytes(method.CreateOptions(new Dictionary<string, string>())),
            ["bytes_moved_per_parameter"] = method.IsElementwise ? method.ReadBytes + method.WrittenBytes : null,
            ["departures"] = JsonDocumentWriter.Texts(method.Departures),
        });
        return ExitCode.Done;
    }

    private static JsonObject? Operations(MethodDescriptor method)
    {
        if (!method.IsElementwise)
        {
            return null;
        }

        OperationCount count = method.Trace().Operations;
        return new JsonObject
        {
            ["additions"] = count.Additions,
            ["multiplications"] = count.Multiplications,
            ["divisions"] = count.Divisions,
            ["roots"] = count.Roots,
            ["others"] = count.Others,
        };
    }
}
