using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Experiments;
using Nabla.Experiments.Mixtures;
using Nabla.Procedures.Mixtures;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla mixture</c>: mixtures of experts on tables.</summary>
internal static class MixtureVerb
{
    /// <summary>Makes the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand command = new(
            "mixture",
            "Fits mixtures of experts to tables, predicts with them, and compares EM with gradient methods.",
            "",
            "nabla mixture fit --data houses.csv --label price --experts 1..4 --kind linear",
            "nabla mixture study --experts 2 --signals 2,4 --seeds 3 --rows 300")
        {
            CreateFit(),
            CreatePredict(),
            CreateStudy(),
        };
        return command;
    }

    private static VerbCommand CreateFit()
    {
        VerbCommand command = new(
            "fit",
            "Fits a mixture of experts to a CSV file by EM and writes the model and a report.",
            "A mixture predicts with simple experts, linear or logistic, and a gate that says which of them is for which rows. With a range "
                + "of numbers of experts, the one with the least loss on a held-out fifth of the rows is kept. Columns of words and columns that "
                + "never change are left out, and the report says so; a missing value is an error unless --missing skip leaves such rows out.",
            "nabla mixture fit --data houses.csv --label price --experts 1..4 --kind linear",
            "nabla mixture fit --data customers.csv --label left --kind logistic --experts 3 --model left.json");
        Option<string> data = TableArguments.Data();
        Option<string> label = new("--label") { HelpName = "COLUMN", Description = "The column to predict.", Required = true };
        Option<string> experts = new("--experts")
        {
            HelpName = "K|A..B",
            Description = "How many experts, or a range to choose from by held-out likelihood.",
            DefaultValueFactory = _ => "2",
        };
        Option<string> kind = new("--kind")
        {
            HelpName = "linear|logistic|multinomial",
            Description = "What experts predict. Default: numbers where the label has more than two, else classes.",
        };
        TaskArguments.Restrict(kind, "linear", "logistic", "multinomial");
        Option<string[]> set = new("--set") { HelpName = "NAME=VALUE", Description = "Sets an option of moe-em; repeat for several. 'nabla explain moe-em' lists them." };
        Option<string> missing = TableArguments.Missing();
        Option<string> model = new("--model") { HelpName = "FILE", Description = "Where the model goes. Default: beside the report, in the run's folder." };
        Option<string?> home = new("--out") { HelpName = "DIR", Description = "The folder for the run and its report. Default: NABLA_HOME, or the user's data folder." };
        Option<long> seed = TaskArguments.SeedOption();
        Option<int?> threads = TaskArguments.ThreadsOption();
        foreach (Option option in (Option[])[data, label, experts, kind, set, missing, model, home, seed, threads])
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            IReadOnlyDictionary<string, string> settings = MethodSyntax.ReadSettings(parsed.GetValue(set) ?? []);
            string[] taken = [.. settings.Keys.Where(k => k is "experts" or "kind" or "threads" or "intercept")];
            if (taken.Length > 0)
            {
                throw new UsageException($"--set {taken[0]} is not for this command, which has --experts, --kind and --threads and always an intercept. Leave it out.");
            }

            using Interruption interruption = new(parsed.InvocationConfiguration.Error, "Stopping: the fit so far is kept.");
            TextWriter error = parsed.InvocationConfiguration.Error;
            MixturePlan plan = new()
            {
                Data = parsed.GetValue(data)!,
                Label = parsed.GetValue(label)!,
                Experts = ReadExperts(parsed.GetValue(experts)!),
                Kind = parsed.GetValue(kind) is { } word ? Enum.Parse<ExpertKind>(word, ignoreCase: true) : null,
                Options = (MixtureOptions)Catalogue.Find("moe-em").CreateOptions(settings) with
                {
                    Threads = TaskArguments.ThreadsOrDefault(parsed.GetValue(threads)),
                },
                Settings = settings,
                SkipsIncomplete = parsed.GetValue(missing) == "skip",
                Seed = parsed.GetValue(seed),
                Model = parsed.GetValue(model),
                Home = TaskArguments.FullPath(parsed.GetValue(home)),
                Command = "nabla " + string.Join(' ', parsed.Tokens.Select(t => t.Value)),
            };
            MixtureOutcome outcome = MixtureFitting.Run(plan, new Said(error.WriteLine), interruption.Token);
            Print(parsed, parsed.GetValue(command.Json), outcome);
            return TrainVerb.Ended(outcome.Result.Ending.Key, outcome.Result.Ending.Advice, null, error);
        });
        return command;
    }

    private static VerbCommand CreatePredict()
    {
        VerbCommand command = new(
            "predict",
            "Predicts the rows of a CSV file with a saved mixture and writes a CSV file.",
            "For every row: the prediction, its deviation or the probability of each class, the expert that the gate prefers and the gate's probabilities.",
            "nabla mixture predict --model left.json --data new.csv --output predictions.csv");
        PredictionOutput.Serve(
            command,
            "A model that 'nabla mixture fit' saved.",
            (model, data, skip, writer) => MixturePrediction.Write(MixtureFile.Load(model), data, skip, writer));
        return command;
    }

    private static VerbCommand CreateStudy()
    {
        VerbCommand command = new(
            "study",
            "Compares EM, gradient EM and gradient descent over signal and number of experts, on data that mixtures made.",
            "Iterations and seconds until a loss is within 0.001 nats of the best that any method found, and the distance of the coefficients "
                + "from those that made the data, experts in the best order. Gradient methods have the best of several rates. The report has the table and its curves.",
            "nabla mixture study --experts 2 --signals 2,4 --seeds 3 --rows 300");
        Option<string> experts = new("--experts") { HelpName = "K,K", Description = "Numbers of experts.", DefaultValueFactory = _ => "2,4" };
        Option<string> signals = new("--signals") { HelpName = "S,S", Description = "Lengths of the coefficients, in deviations of the noise.", DefaultValueFactory = _ => "1,2,4,8" };
        Option<string> kind = new("--kind") { HelpName = "linear|logistic", Description = "What experts predict.", DefaultValueFactory = _ => "linear" };
        TaskArguments.Restrict(kind, "linear", "logistic");
        Option<int> seeds = TaskArguments.Checked("--seeds", "N", "Runs of independent seeds.", n => n is >= 1 and <= 1000, "between 1 and 1000", 20);
        Option<int> rows = TaskArguments.Checked("--rows", "N", "Rows a run.", n => n is >= 20 and <= 10_000_000, "between 20 and 10000000", 1000);
        Option<int> columns = TaskArguments.Checked("--columns", "N", "Features.", n => n is >= 1 and <= 1000, "between 1 and 1000", 10);
        Option<string?> report = new("--report") { HelpName = "FILE", Description = "Where the report goes. Default: mixture-study.html in the folder of reports." };
        Option<long> seed = TaskArguments.SeedOption();
        Option<int?> threads = TaskArguments.ThreadsOption();
        foreach (Option option in (Option[])[experts, signals, kind, seeds, rows, columns, report, seed, threads])
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            TextWriter error = parsed.InvocationConfiguration.Error;
            using Interruption interruption = new(error, "Stopping.");
            MixtureStudy study = new()
            {
                Experts = [.. ReadNumbers(parsed.GetValue(experts)!, "--experts", 64).Select(v => v == Math.Floor(v)
                    ? (int)v
                    : throw new UsageException($"--experts has {v.ToString(CultureInfo.InvariantCulture)}; it takes whole numbers, such as 2,4."))],
                Signals = ReadNumbers(parsed.GetValue(signals)!, "--signals", 1e6),
                Kind = Enum.Parse<ExpertKind>(parsed.GetValue(kind)!, ignoreCase: true),
                Seeds = parsed.GetValue(seeds),
                Rows = parsed.GetValue(rows),
                Columns = parsed.GetValue(columns),
                Threads = TaskArguments.ThreadsOrDefault(parsed.GetValue(threads)),
            };
            IReadOnlyList<MixtureStudyCell> cells = study.Run(Seed.From(parsed.GetValue(seed)), new Said(error.WriteLine), interruption.Token);
            string path = Path.GetFullPath(parsed.GetValue(report) ?? Path.Combine(Nabla.Runs.RunStore.DefaultHome, "reports", "mixture-study.html"));
            ReportPage.Write(MixtureReport.Render(cells, study, "nabla " + string.Join(' ', parsed.Tokens.Select(t => t.Value))), path);
            if (parsed.GetValue(command.Json))
            {
                JsonDocumentWriter.Write(parsed.InvocationConfiguration.Output, new JsonObject
                {
                    ["kind"] = parsed.GetValue(kind),
                    ["seeds"] = study.Seeds,
                    ["cells"] = new JsonArray([.. cells.Select(Cell)]),
                    ["report"] = path,
                });
                return ExitCode.Done;
            }

            PlainTable table = new("experts", "signal", "method", "iterations", "95 % interval", "reached", "error", "seconds", "rate");
            foreach (MixtureStudyCell cell in cells)
            {
                table.Add(
                    cell.Experts.ToString(CultureInfo.InvariantCulture), cell.Signal.ToString(CultureInfo.InvariantCulture), cell.Method,
                    cell.Iterations.Mean.ToString("F1", CultureInfo.InvariantCulture),
                    FormattableString.Invariant($"{cell.Iterations.Low:F1} to {cell.Iterations.High:F1}"),
                    $"{cell.Reached}/{cell.Runs}", Terminal.Short(cell.Error.Mean), Terminal.Short(cell.Seconds),
                    cell.Rate > 0 ? cell.Rate.ToString(CultureInfo.InvariantCulture) : "-");
            }

            table.Write(parsed.InvocationConfiguration.Output);
            parsed.InvocationConfiguration.Output.WriteLine($"report  {path}");
            return ExitCode.Done;
        });
        return command;
    }

    private static int[] ReadExperts(string text)
    {
        string[] ends = text.Split("..");
        if (ends.Length is 1 or 2 && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last) && first >= 1 && last <= 64 && first <= last)
        {
            return [.. Enumerable.Range(first, last - first + 1)];
        }

        throw new UsageException($"--experts was '{text}'; it must be a whole number from 1 to 64, or a range such as 1..6.");
    }

    private static double[] ReadNumbers(string text, string option, double most) =>
    [
        .. text.Split(',').Select(part =>
            double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0 && value <= most
                ? value
                : throw new UsageException($"{option} has '{part}'; it takes numbers above 0 and at most {most.ToString(CultureInfo.InvariantCulture)}, with commas between them.")),
    ];

    private static JsonObject Cell(MixtureStudyCell cell) => new()
    {
        ["method"] = cell.Method,
        ["experts"] = cell.Experts,
        ["signal"] = cell.Signal,
        ["iterations"] = Interval(cell.Iterations),
        ["reached"] = cell.Reached,
        ["runs"] = cell.Runs,
        ["error"] = Interval(cell.Error),
        ["seconds"] = cell.Seconds,
        ["rate"] = cell.Rate > 0 ? cell.Rate : null,
    };

    private static JsonObject Interval(Interval interval) => new()
    {
        ["mean"] = JsonDocumentWriter.Number(interval.Mean),
        ["low"] = JsonDocumentWriter.Number(interval.Low),
        ["high"] = JsonDocumentWriter.Number(interval.High),
    };

    private static void Print(ParseResult parsed, bool json, MixtureOutcome outcome)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        MixtureModel model = outcome.Result.Model;
        if (json)
        {
            JsonDocumentWriter.Write(output, new JsonObject
            {
                ["run"] = outcome.Run,
                ["kind"] = model.Shape.Kind.ToString().ToLowerInvariant(),
                ["rows"] = outcome.Table.Rows.Count,
                ["features"] = outcome.Table.Names.Count,
                ["experts"] = model.Shape.Experts,
                ["trials"] = new JsonArray([.. outcome.Trials.Select(t => new JsonObject
                {
                    ["experts"] = t.Experts,
                    ["training"] = JsonDocumentWriter.Number(t.Training),
                    ["held_out"] = JsonDocumentWriter.Number(t.HeldOut),
                    ["iterations"] = t.Iterations,
                    ["spread"] = JsonDocumentWriter.Number(t.Spread),
                })]),
                ["negative_log_likelihood"] = JsonDocumentWriter.Number(outcome.NegativeLogLikelihood),
                ["iterations"] = outcome.Result.Iterations,
                ["shares"] = JsonDocumentWriter.Numbers(outcome.Result.Shares),
                ["predicted_rate"] = JsonDocumentWriter.Number(outcome.PredictedRate),
                ["measured_rate"] = JsonDocumentWriter.Number(outcome.MeasuredRate),
                ["signal_to_noise"] = JsonDocumentWriter.Numbers(outcome.SignalToNoise),
                ["findings"] = new JsonArray([.. outcome.Result.Findings.Select(f => new JsonObject { ["key"] = f.Key, ["sentence"] = f.Sentence })]),
                ["ending"] = outcome.Result.Ending.Key,
                ["advice"] = outcome.Result.Ending.Advice,
                ["seconds"] = outcome.Seconds,
                ["model"] = outcome.ModelPath,
                ["report"] = outcome.ReportPath,
            });
            return;
        }

        PlainTable table = new("experts", "training", "held out", "iterations");
        foreach (MixtureTrial trial in outcome.Trials)
        {
            table.Add(
                trial.Experts.ToString(CultureInfo.InvariantCulture), Terminal.Short(trial.Training), Terminal.Short(trial.HeldOut),
                trial.Iterations.ToString(CultureInfo.InvariantCulture));
        }

        table.Write(output);
        output.WriteLine();
        output.WriteLine($"experts         {model.Shape.Experts}, of {string.Join(", ", outcome.Result.Shares.Select(s => s.ToString("P1", CultureInfo.InvariantCulture)))} of the rows");
        output.WriteLine($"loss            {Terminal.Short(outcome.NegativeLogLikelihood)} nats a row");
        output.WriteLine($"rate of EM      predicted {Terminal.Short(outcome.PredictedRate)}, measured {Terminal.Short(outcome.MeasuredRate)}");
        output.WriteLine($"ending          {outcome.Result.Ending.Key} after {outcome.Result.Iterations} iterations, {Terminal.Duration(TimeSpan.FromSeconds(outcome.Seconds))}");
        foreach (MixtureFinding finding in outcome.Result.Findings)
        {
            output.WriteLine($"{finding.Key,-15} {finding.Sentence}");
        }

        output.WriteLine($"model           {outcome.ModelPath}");
        output.WriteLine($"report          {outcome.ReportPath}");
        output.WriteLine($"run             {outcome.Run}");
    }

    /// <summary>Writes progress in the thread that reports it.</summary>
    private sealed class Said(Action<string> write) : IProgress<string>
    {
        public void Report(string value) => write(value);
    }
}
