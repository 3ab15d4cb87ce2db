using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Experiments;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla compare</c>: the same model, data, seeds and budget for several methods.</summary>
internal static class CompareVerb
{
    private const double DefaultMinutes = 1;

    /// <summary>Makes the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand command = new(
            "compare",
            "Trains the same model with several methods, same data, seeds and budget for each, and writes a report.",
            "--minutes is the time of each method and seed, set-up and tuning included, so three methods with --minutes 1 take "
                + "three minutes. Without --steps and --minutes it is 1.",
            "nabla compare text --optimizers adamw,mvn-grad,sgd --minutes 1",
            "nabla compare text --data my-texts --optimizers adamw,mvn-grad --seeds 3 --steps 300 --set adamw.learningRate=0.002");
        TaskArguments task = new();
        ModelArguments model = new();
        Option<string> optimizers = new("--optimizers")
        {
            HelpName = "A,B,C",
            Description = "The methods, separated by commas; a wrapper is written wrapper(inner).",
            Required = true,
        };
        Option<int> seeds = TaskArguments.Checked(
            "--seeds", "K", "Trains every method on K seeds and reports intervals.", k => k is >= 1 and <= 1000, "between 1 and 1000", 1);
        Option<string> tune = new("--tune")
        {
            HelpName = "none|learning-rate",
            Description = "What is tuned first, with equally many trials for every method.",
            DefaultValueFactory = _ => "none",
        };
        Option<int> evaluations = TaskArguments.Checked(
            "--evaluations", "N", "Evaluations in a run, besides the one at the start.",
            n => n is >= 1 and <= 100_000, "between 1 and 100000", 10);
        TaskArguments.Restrict(tune, "none", "learning-rate");
        task.Set.Description = "Sets an option: method.name=value for one method (adamw.learningRate=0.01), name=value for all. "
            + "Repeat for several.";
        task.AddTo(command);
        command.Add(optimizers);
        command.Add(seeds);
        command.Add(tune);
        command.Add(evaluations);
        model.AddTo(command);
        command.SetAction(parsed =>
        {
            IReadOnlyList<string> names = MethodSyntax.SplitList(parsed.GetValue(optimizers)!);
            IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> settings =
                MethodSyntax.ShareOut(names, MethodSyntax.ReadSettings(parsed.GetValue(task.Set) ?? []));
            // All methods are checked before the first is trained, so that a wrong name costs no minutes.
            foreach (string name in names)
            {
                Catalogue.Find(name).CreateOptions(settings[name]);
            }

            long? steps = parsed.GetValue(task.Steps);
            double? minutes = parsed.GetValue(task.Minutes);
            if (steps is not null && minutes is not null)
            {
                throw new UsageException("A comparison has one budget; give either --steps or --minutes.");
            }

            if (steps is 0)
            {
                throw new UsageException("The option --steps was '0'; a comparison needs 1 or more.");
            }

            double runs = (double)names.Count * parsed.GetValue(seeds);
            string? home = TaskArguments.FullPath(parsed.GetValue(task.Out));
            ComparisonPlan plan = new()
            {
                Task = parsed.GetValue(task.Task)!,
                TaskOptions = model.Settings(parsed, task),
                Methods = [.. names.Select(name => new ComparedMethod(name, settings[name]))],
                Steps = steps,
                TotalTime = steps is null ? TimeSpan.FromMinutes((minutes ?? DefaultMinutes) * runs) : null,
                Seeds = parsed.GetValue(seeds),
                Tune = parsed.GetValue(tune) == "learning-rate" ? Tuning.LearningRate : Tuning.None,
                Seed = parsed.GetValue(task.Seed),
                Threads = TaskArguments.ThreadsOrDefault(parsed.GetValue(task.Threads)),
                Device = parsed.GetValue(task.Device)!,
                ClipNorm = parsed.GetValue(task.Clip),
                WeightDecay = TaskArguments.DecayScope(parsed.GetValue(task.Decay)),
                AccumulationSteps = parsed.GetValue(task.Accumulate),
                Evaluations = parsed.GetValue(evaluations),
                Home = home,
                Command = "nabla " + string.Join(' ', Environment.GetCommandLineArgs().Skip(1).Select(Quoted)),
            };
            return Run(plan, parsed.GetValue(command.Json), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        });
        return command;
    }

    private static int Run(ComparisonPlan plan, bool json, TextWriter output, TextWriter error)
    {
        using Interruption interruption = new(error);
        ComparisonResult result = ComparisonDisplay.Show(
            plan, error, progress => Comparison.Run(plan, progress, interruption.Token));
        if (json)
        {
            JsonDocumentWriter.Write(output, Document(result));
        }
        else
        {
            Print(result, output);
        }

        if (result.IsCancelled)
        {
            error.WriteLine("nabla: Interrupted; the finished runs are kept.");
            return ExitCode.Interrupted;
        }

        // A method that diverges is a result of the comparison; only when none got anywhere has it failed.
        if (result.Best is null)
        {
            string why = result.Methods.SelectMany(method => method.Runs).FirstOrDefault(run => run.FinalLoss is null)?.Advice ?? "";
            error.WriteLine("nabla: No method reached a loss. " + ErrorSentence.OneLine(why));
            return ExitCode.Failed;
        }

        return ExitCode.Done;
    }

    private static void Print(ComparisonResult result, TextWriter output)
    {
        PlainTable table = new(
            "method", "final loss", "95 % interval", "steps", "seconds", $"{result.ItemName}/s", "peak memory", "ending");
        foreach (MethodOutcome method in result.Methods.OrderBy(m => m.FinalLoss?.Mean ?? double.PositiveInfinity))
        {
            table.Add(
                method.Name,
                Terminal.Short(method.FinalLoss?.Mean),
                method.FinalLoss is { Low: { } low, High: { } high } ? $"{Terminal.Short(low)} to {Terminal.Short(high)}" : "-",
                method.Steps.ToString("F0", CultureInfo.InvariantCulture),
                method.Seconds.ToString("F1", CultureInfo.InvariantCulture),
                method.ItemsPerSecond.ToString("F0", CultureInfo.InvariantCulture),
                Terminal.Bytes(method.PeakBytes),
                method.Ending);
        }

        output.WriteLine();
        output.WriteLine(result.DatasetSummary);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"A model of {result.ParameterCount:N0} parameters; losses are on validation data, lower is better."));
        output.WriteLine();
        table.Write(output);
        output.WriteLine();
        MethodOutcome? best = result.Methods.FirstOrDefault(method => method.Name == result.Best);
        if (best is { FinalLoss: { } loss })
        {
            string probability = best.BestProbability is { } p
                ? string.Create(CultureInfo.InvariantCulture, $" (with probability {p:P0} over seeds)")
                : "";
            output.WriteLine($"Best: {best.Name}, validation loss {Terminal.Short(loss.Mean)}{probability}.");
            foreach ((string name, double value) in result.Baselines)
            {
                output.WriteLine($"For comparison, {name}: {Terminal.Short(value)}.");
            }
        }

        output.WriteLine($"Report: {result.Report ?? "none was written"}");
        if (result.Plan.Task == "text" && result.Plan.TaskOptions.Data is null)
        {
            output.WriteLine("On your own text: nabla compare text --data FOLDER --optimizers "
                + $"{string.Join(',', result.Methods.Select(method => method.Name))} --minutes 1");
        }
    }

    private static JsonObject Document(ComparisonResult result)
    {
        JsonArray methods = [];
        foreach (MethodOutcome method in result.Methods)
        {
            methods.Add(new JsonObject
            {
                ["name"] = method.Name,
                ["options"] = OptionsJson.Of(Catalogue.Find(method.Name).CreateOptions(method.Options), method.Name),
                ["runs"] = JsonDocumentWriter.Texts(method.Runs.Select(run => run.Run)),
                ["final_loss"] = new JsonObject
                {
                    ["mean"] = JsonDocumentWriter.Number(method.FinalLoss?.Mean),
                    ["low"] = JsonDocumentWriter.Number(method.FinalLoss?.Low),
                    ["high"] = JsonDocumentWriter.Number(method.FinalLoss?.High),
                },
                ["steps"] = JsonDocumentWriter.Number(method.Steps),
                ["seconds"] = JsonDocumentWriter.Number(method.Seconds),
                ["per_second"] = JsonDocumentWriter.Number(method.ItemsPerSecond),
                ["peak_bytes"] = method.PeakBytes,
                ["best_probability"] = JsonDocumentWriter.Number(method.BestProbability),
                ["ending"] = method.Ending,
            });
        }

        JsonObject baselines = [];
        foreach ((string name, double value) in result.Baselines)
        {
            baselines[name] = JsonDocumentWriter.Number(value);
        }

        ComparisonPlan plan = result.Plan;
        double runs = (double)plan.Methods.Count * plan.Seeds;
        return new JsonObject
        {
            ["task"] = plan.Task,
            ["budget"] = new JsonObject
            {
                ["steps"] = plan.Steps,
                ["minutes"] = JsonDocumentWriter.Number(plan.TotalTime?.TotalMinutes / runs),
                ["seeds"] = plan.Seeds,
            },
            ["methods"] = methods,
            ["best"] = result.Best,
            ["baselines"] = baselines,
            ["report"] = result.Report,
        };
    }

    private static string Quoted(string argument) =>
        argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./,:=@%+".Contains(c, StringComparison.Ordinal)) && argument.Length > 0
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
