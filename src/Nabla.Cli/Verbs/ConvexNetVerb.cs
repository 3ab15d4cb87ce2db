using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nabla.Experiments.ConvexNetworks;
using Nabla.Procedures.Convex;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla convexnet</c>: networks of one hidden layer on tables, trained to their global minimum.</summary>
internal static class ConvexNetVerb
{
    /// <summary>Makes the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create() => new VerbCommand(
        "convexnet",
        "Trains networks of one hidden layer on tables by convex programs, and predicts with them.",
        "",
        "nabla convexnet fit --data houses.csv --label price --set beta=0.01",
        "nabla convexnet predict --model cells.json --data new.csv --output predictions.csv")
    {
        CreateFit(),
        CreatePredict(),
    };

    private static VerbCommand CreateFit()
    {
        VerbCommand command = new(
            "fit",
            "Trains a network of one hidden layer on a CSV file by a convex program and writes the model.",
            "The minimum does not depend on a start. Columns are scaled to mean 0 and deviation 1; a label of two values is two classes, one of "
                + "more numbers a number. With --method convex-robust-relu the network withstands moves of each scaled feature by --set radius=R, "
                + "and the share of rows that no such move turns is certified. Options that are not set: 100 patterns are drawn, there is an "
                + "intercept, the loss is squared for numbers (beta=0.01) and the hinge for classes (beta=0.001). For some thousand rows at most.",
            "nabla convexnet fit --data houses.csv --label price --set beta=0.01",
            "nabla convexnet fit --data cells.csv --label malignant --method convex-robust-relu --set radius=0.1 --model cells.json");
        Option<string> data = TableArguments.Data();
        Option<string> label = new("--label") { HelpName = "COLUMN", Description = "The column to predict.", Required = true };
        Option<string> method = new("--method")
        {
            HelpName = "M",
            Description = "convex-relu-admm, or convex-robust-relu against moved features.",
            DefaultValueFactory = _ => "convex-relu-admm",
        };
        TaskArguments.Restrict(method, "convex-relu-admm", "convex-robust-relu");
        Option<string[]> set = new("--set") { HelpName = "NAME=VALUE", Description = "Sets an option of the method; repeat for several. 'nabla explain convex-relu-admm' lists them." };
        Option<double> validation = TaskArguments.Checked(
            "--validation", "SHARE", "The share of the rows that is kept out of training to measure the error.", s => s is >= 0 and < 1, "0 or above and below 1", 0.2);
        Option<int> iterations = TaskArguments.Checked("--iterations", "N", "The most iterations.", n => n >= 1, "1 or more", 5000);
        Option<double> tolerance = TaskArguments.Checked(
            "--tolerance", "E", "Ends where an iteration moves weights by less than this share of their size.", e => e >= 0, "0 or above", 1e-5);
        Option<string> missing = TableArguments.Missing();
        Option<string> model = new("--model") { HelpName = "FILE", Description = "Where the model goes. Default: into the run's folder." };
        Option<string?> home = new("--out") { HelpName = "DIR", Description = "The folder for the run. Default: NABLA_HOME, or the user's data folder." };
        Option<long> seed = TaskArguments.SeedOption();
        foreach (Option option in (Option[])[data, label, method, set, validation, iterations, tolerance, missing, model, home, seed])
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            TextWriter error = parsed.InvocationConfiguration.Error;
            using Interruption interruption = new(error, "Stopping: the best network so far is kept.");
            ConvexNetPlan plan = new()
            {
                Data = parsed.GetValue(data)!,
                Label = parsed.GetValue(label)!,
                Method = parsed.GetValue(method)!,
                Settings = MethodSyntax.ReadSettings(parsed.GetValue(set) ?? []),
                Validation = parsed.GetValue(validation),
                Iterations = parsed.GetValue(iterations),
                Tolerance = parsed.GetValue(tolerance),
                SkipsIncomplete = parsed.GetValue(missing) == "skip",
                Model = parsed.GetValue(model),
                Home = TaskArguments.FullPath(parsed.GetValue(home)),
                Seed = parsed.GetValue(seed),
            };
            ConvexNetOutcome outcome = ConvexNetFitting.Run(plan, new PacedLines(error), interruption.Token);
            Print(parsed.InvocationConfiguration.Output, parsed.GetValue(command.Json), plan, outcome);
            return TrainVerb.Ended(outcome.Result.Run.Ending.Key, outcome.Result.Run.Ending.Advice, null, error);
        });
        return command;
    }

    private static VerbCommand CreatePredict()
    {
        VerbCommand command = new(
            "predict",
            "Predicts the rows of a CSV file with a saved network and writes a CSV file.",
            "For every row a number; or a class and its score, and whether no move of the features within the radius of training turns it.",
            "nabla convexnet predict --model cells.json --data new.csv --output predictions.csv");
        PredictionOutput.Serve(
            command,
            "A model that 'nabla convexnet fit' saved.",
            (model, data, skip, writer) => ConvexNetPrediction.Write(ConvexNetFile.Load(model), data, skip, writer));
        return command;
    }

    private static void Print(TextWriter output, bool json, ConvexNetPlan plan, ConvexNetOutcome outcome)
    {
        ConvexReluResult result = outcome.Result;
        bool isNumber = outcome.File.Classes.Count == 0;
        if (json)
        {
            JsonDocumentWriter.Write(output, new JsonObject
            {
                ["run"] = outcome.Run,
                ["method"] = plan.Method,
                ["kind"] = isNumber ? "number" : "classes",
                ["rows"] = outcome.TrainingRows,
                ["validation_rows"] = outcome.ValidationRows,
                ["features"] = outcome.File.Names.Count,
                ["loss"] = JsonDocumentWriter.Number(result.Loss),
                ["units"] = result.Network.Width,
                ["patterns"] = result.Patterns,
                ["has_all_patterns"] = result.IsExact,
                ["training_error"] = JsonDocumentWriter.Number(outcome.TrainingError),
                ["validation_error"] = JsonDocumentWriter.Number(outcome.ValidationError),
                ["certified"] = JsonDocumentWriter.Number(outcome.Certified),
                ["iterations"] = result.Run.Iterations,
                ["ending"] = result.Run.Ending.Key,
                ["advice"] = result.Run.Ending.Advice,
                ["seconds"] = JsonDocumentWriter.Number(outcome.Seconds),
                ["model"] = outcome.ModelPath,
            });
            return;
        }

        string Said(double? error) => error is not { } e ? "none kept out"
            : isNumber ? Terminal.Short(e) : e.ToString("P1", CultureInfo.InvariantCulture) + " wrong";
        output.WriteLine($"ending      {result.Run.Ending.Key} after {result.Run.Iterations} iterations, {Terminal.Duration(TimeSpan.FromSeconds(outcome.Seconds))}");
        output.WriteLine($"loss        {Terminal.Short(result.Loss)} with the penalty, {result.Network.Width} hidden units of {result.Patterns} patterns{(result.IsExact ? ", which are all" : "")}");
        output.WriteLine($"error       {Said(outcome.TrainingError)} on {outcome.TrainingRows} rows trained on; {Said(outcome.ValidationError)} on {outcome.ValidationRows} others");
        if (outcome.Certified is { } certified)
        {
            output.WriteLine($"certified   {certified.ToString("P1", CultureInfo.InvariantCulture)} of all rows stay right however each scaled feature moves by {outcome.File.Radius.ToString(CultureInfo.InvariantCulture)}");
        }

        output.WriteLine($"model       {outcome.ModelPath}");
        output.WriteLine($"run         {outcome.Run}");
        output.WriteLine(result.Run.Ending.Advice);
    }

    /// <summary>Writes the first line and then one every few seconds.</summary>
    private sealed class PacedLines(TextWriter error) : IProgress<string>
    {
        private readonly Pace _pace = new(TimeSpan.FromSeconds(3));
        private bool _isLater;

        public void Report(string value)
        {
            if (_pace.IsDue() || !_isLater)
            {
                error.WriteLine(value);
            }

            _isLater = true;
        }
    }
}
