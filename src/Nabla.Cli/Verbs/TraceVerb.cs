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
            "Runs an optimizer on the gradients in a JSON file and prints the parameters after each step.",
            "The file holds "
                + """{"parameters": {"w": {"shape": [2,3], "values": [...]}}, "gradients": [{"w": [...]}, ...], "losses": [0.5, ...]}; """
                + "values are row-major, losses are optional, and a parameter without a gradient in a step has none there. "
                + "Beside shape and values a parameter may have a curvature, one number an element: then the gradient at another "
                + "point x, for methods that look there, is the given one plus curvature (x - point). "
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
        TaskArguments.Restrict(lane, "float", "double", "tensor");
        Option<string> weights = new("--weights")
        {
            HelpName = "training|evaluation",
            Description = "Which weights are printed, where a method evaluates others than it trains, such as an average.",
            DefaultValueFactory = _ => "training",
        };
        TaskArguments.Restrict(weights, "training", "evaluation");
        Option<long> seed = TaskArguments.SeedOption();
        command.Add(optimizer);
        command.Add(set);
        command.Add(input);
        command.Add(lane);
        command.Add(weights);
        command.Add(seed);
        command.SetAction(parsed =>
        {
            // A wrong method or setting is reported before the file is read.
            string name = parsed.GetValue(optimizer)!.Trim();
            IReadOnlyDictionary<string, string> settings = MethodSyntax.ReadSettings(parsed.GetValue(set) ?? []);
            Catalogue.Find(name).CreateOptions(settings);
            TraceInput given = TraceInput.Read(parsed.GetValue(input)!);
            if (parsed.GetValue(lane) != "double")
            {
                given.ThrowIfNotSingle();
            }

            TraceResult result = TraceRunner.Run(new TraceRequest
            {
                Optimizer = name,
                Settings = settings,
                Parameters = given.Parameters,
                Gradients = given.Gradients,
                Losses = given.Losses,
                EvaluationWeights = parsed.GetValue(weights) == "evaluation",
                Lane = parsed.GetValue(lane) switch
                {
                    "double" => LaneKind.Double,
                    "tensor" => LaneKind.Tensor,
                    _ => LaneKind.Float,
                },
            });
            JsonDocumentWriter.Write(parsed.InvocationConfiguration.Output, Document(result));
            return ExitCode.Done;
        });
        return command;
    }

    private static JsonObject Document(TraceResult result)
    {
        JsonObject options = [];
        foreach ((string name, object value) in result.Options)
        {
            options[name] = JsonDocumentWriter.Value(value);
        }

        JsonArray steps = [];
        foreach (IReadOnlyDictionary<string, double[]> step in result.Parameters)
        {
            JsonObject values = [];
            foreach ((string name, double[] numbers) in step)
            {
                values[name] = JsonDocumentWriter.Numbers(numbers);
            }

            steps.Add(values);
        }

        return new JsonObject { ["optimizer"] = result.Optimizer, ["options"] = options, ["parameters"] = steps };
    }
}
