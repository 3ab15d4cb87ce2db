using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nabla.Experiments;
using Nabla.Procedures.Adaptation;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla merge</c>: averages and differences of models in folders.</summary>
internal static class MergeVerb
{
    /// <summary>Makes the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand command = new(
            "merge",
            "Adds, subtracts or averages the weights of models in folders.",
            "The models are of one architecture, in safetensors files; usually all were trained from one base. --average writes their "
            + "mean (method fuse); with --base, how far the base goes towards it is --scale. --base with --add and --subtract writes "
            + "base + scale * (add - subtract) (method reasoning-vectors). Files, types and tokenizer are those of the base, without "
            + "one those of the first model. The run is in the store; the model goes to the folder of --out.",
            "nabla merge --average FIRST --average SECOND --out FOLDER",
            "nabla merge --base FOLDER --add TRAINED --subtract START --scale 0.5 --out OTHER");
        Option<string?> start = new("--base") { HelpName = "FOLDER", Description = "The model that is changed." };
        Option<string[]> average = new("--average") { HelpName = "FOLDER", Description = "A model of which the mean is taken; repeat for each." };
        Option<string?> add = new("--add") { HelpName = "FOLDER", Description = "The model that has what is to be carried over." };
        Option<string?> subtract = new("--subtract") { HelpName = "FOLDER", Description = "The model that lacks it." };
        Option<double> scale = TaskArguments.Checked(
            "--scale", "X", "How much of the difference is added; below 0 it is subtracted.", double.IsFinite, "a finite number", 1.0);
        Option<string> output = new("--out") { HelpName = "FOLDER", Description = "Where the result is written.", Required = true };
        Option<string?> home = TaskArguments.RunHome();
        foreach (Option option in new Option[] { start, average, add, subtract, scale, output, home })
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            string[] averaged = parsed.GetValue(average) ?? [];
            var terms = Terms(parsed.GetValue(start), averaged, parsed.GetValue(add), parsed.GetValue(subtract), parsed.GetValue(scale));
            TextWriter error = parsed.InvocationConfiguration.Error;
            string folder = parsed.GetValue(output)!;
            using Interruption interruption = new(error, "Stopping.");
            int tensors = 0;
            long numbers = 0;
            string run;
            ModelMerge.Check(terms, folder);
            MadeModel made = new()
            {
                Verb = "merge",
                Method = averaged.Length > 0 ? "fuse" : "reasoning-vectors",
                Options = new Dictionary<string, string>
                {
                    [averaged.Length > 0 ? "scale" : "alpha"] = parsed.GetValue(scale).ToString("R", CultureInfo.InvariantCulture),
                },
                Settings = new JsonObject { ["terms"] = Shown(terms) },
                Out = folder,
                Home = TaskArguments.FullPath(parsed.GetValue(home)),
            };
            try
            {
                run = made.Run(() => (tensors, numbers) = ModelMerge.Write(terms, folder, null, interruption.Token));
            }
            catch (OperationCanceledException)
            {
                error.WriteLine($"'{folder}' is not whole; without config.json it is no model.");
                return ExitCode.Interrupted;
            }

            if (parsed.GetValue(command.Json))
            {
                JsonDocumentWriter.Write(parsed.InvocationConfiguration.Output, new JsonObject
                {
                    ["run"] = run,
                    ["output"] = Path.GetFullPath(folder),
                    ["tensors"] = tensors,
                    ["numbers"] = numbers,
                    ["terms"] = Shown(terms),
                });
            }
            else
            {
                parsed.InvocationConfiguration.Output.WriteLine($"{tensors} tensors, {Terminal.Short(numbers)} numbers, written to '{folder}', run {run}.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static JsonArray Shown(List<(double Coefficient, string Folder)> terms) =>
    [
        .. terms.Select(t => (JsonNode)new JsonObject
        {
            ["coefficient"] = JsonDocumentWriter.Number(t.Coefficient),
            ["model"] = Path.GetFullPath(t.Folder),
        }),
    ];

    private static List<(double Coefficient, string Folder)> Terms(string? start, string[] average, string? add, string? subtract, double scale)
    {
        if (average.Length > 0 && (add ?? subtract) is not null)
        {
            throw new UsageException("--average and --add with --subtract are two ways to merge. Give one of them.");
        }

        if (average.Length > 0)
        {
            if (start is null && scale != 1)
            {
                throw new UsageException("--scale says how far a base goes towards the mean. Add --base, or leave out --scale.");
            }

            var (own, copy) = new Fuse(new FuseOptions { Scale = scale }).Coefficients(average.Length);
            return [.. start is null ? [] : ((double, string)[])[(own, start)], .. average.Select(folder => (copy, folder))];
        }

        if (start is null || add is null || subtract is null)
        {
            throw new UsageException("Give --average for each model of a mean, or --base, --add and --subtract.");
        }

        var (model, learned, plain) = new ReasoningVectors(new ReasoningVectorsOptions { Alpha = scale }).Coefficients();
        return [(model, start), (learned, add), (plain, subtract)];
    }
}
