using System.CommandLine;
using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Engine;

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
                options, given, parsed.GetValue(lane)!, TaskArguments.ThreadsOrDefault(parsed.GetValue(threads)));
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

    private static JsonArray Run(MethodOptions options, TraceInput given, string lane, int threads)
    {
        Torch.EnsureLoaded();
        Torch.Threads = threads;
        bool isDouble = lane == "double";
        using TensorScope scope = new();
        Parameter[] parameters = [.. given.Parameters.Select(
            one => new Parameter(one.Name, TensorOf(one.Values, one.Shape, isDouble), RoleOf(one.Shape)))];
        ExecutionOptions execution = new()
        {
            Lane = lane switch
            {
                "double" => LaneKind.Double,
                "tensor" => LaneKind.Tensor,
                _ => LaneKind.Auto,
            },
            Threads = threads,
        };
        using Optimizer optimizer = Optimizer.Create(ParameterGroups.Of(parameters).AssignRest(options), execution);
        JsonArray steps = [];
        for (int t = 0; t < given.Gradients.Count; t++)
        {
            using TensorScope step = new();
            foreach ((Parameter parameter, TraceParameter one) in parameters.Zip(given.Parameters))
            {
                parameter.Value.Gradient = given.Gradients[t].TryGetValue(one.Name, out double[]? gradient)
                    ? TensorOf(gradient, one.Shape, isDouble)
                    : null;
            }

            optimizer.Step(new StepInputs { Loss = given.Losses?[t] });
            JsonObject values = [];
            foreach (Parameter parameter in parameters)
            {
                using Tensor value = parameter.Value.Detach();
                values[parameter.Name] = JsonDocumentWriter.Numbers(
                    isDouble ? value.ToArray<double>() : value.ToArray<float>().Select(element => (double)element));
                parameter.Value.Gradient = null;
            }

            steps.Add(values);
        }

        return steps;
    }

    private static Tensor TensorOf(double[] values, long[] shape, bool isDouble) => isDouble
        ? Tensor.From<double>(values, shape)
        : Tensor.From<float>(Array.ConvertAll(values, value => (float)value), shape);

    private static ParameterRoles RoleOf(long[] shape) => shape.Length switch
    {
        0 => ParameterRoles.Scalar,
        1 => ParameterRoles.Vector,
        2 => ParameterRoles.Matrix,
        _ => ParameterRoles.Convolution,
    };
}
