using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Experiments;
using Nabla.Runs;

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
            "nabla compare text --optimizers sgd,adamw,\"gala(sgd)\" --rates 1e-5..1 --seeds 3 --steps 200",
            "nabla compare problems --solvers optimistic-quasi-newton,lbfgs,bfgs,gradient,accelerated",
            "nabla compare text --data my-texts --optimizers adamw,mvn-grad --seeds 3 --steps 300 --set adamw.learningRate=0.002",
            "nabla compare suite --optimizers \"adamw,prodigy(adamw),dog(sgd)\"",
            "nabla compare unlearning --profiles profiles");
        command.Add(SuiteVerb.Create());
        command.Add(CompareUnlearning.Create());
        TaskArguments task = new();
        ModelArguments model = new();
        Option<string> optimizers = new("--optimizers")
        {
            HelpName = "A,B,C",
            Description = "The methods, separated by commas; a wrapper is written wrapper(inner).",
        };
        Option<int> seeds = TaskArguments.Checked(
            "--seeds", "K", "Trains every method on K seeds and reports intervals.", k => k is >= 1 and <= 1000, "between 1 and 1000", 1);
        Option<string?> rates = new("--rates")
        {
            HelpName = "A..B[:K]|A,B,C",
            Description = "Compares every method at each of these learning rates: a rate for every power of ten from A to B, or K "
                + "rates evenly spaced in logarithm, or those listed.",
        };
        Option<string> tune = new("--tune")
        {
            HelpName = "none|learning-rate",
            Description = "What is tuned first, with equally many trials for every method. A companion's rate goes along with the method's.",
            DefaultValueFactory = _ => "none",
        };
        Option<long?> tokens = TaskArguments.Checked<long?>(
            "--tokens", "N", "Stop each run after N tokens (images, rows) instead of steps or minutes.", n => n >= 1, "1 or more");
        Option<int> trials = TaskArguments.Checked(
            "--tune-trials", "N", "Trials of tuning for every method.", n => n is >= 2 and <= 1000, "between 2 and 1000", 5);
        Option<double?> target = TaskArguments.Checked<double?>(
            "--target", "LOSS", "Reports the steps and the time to this validation loss. Default: the highest mean at the end.",
            n => double.IsFinite(n!.Value), "finite");
        Option<int> parallel = TaskArguments.Checked(
            "--parallel", "N", "Runs trained at once, each in a process of its own; the threads are divided.",
            n => n is >= 1 and <= 64, "between 1 and 64", 1);
        Option<string?> resume = new("--resume")
        {
            HelpName = "ID",
            Description = "Goes on with an interrupted comparison, as 'nabla resume ID' does; its settings are those it began with.",
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
        command.Add(rates);
        command.Add(tune);
        command.Add(trials);
        command.Add(evaluations);
        command.Add(tokens);
        command.Add(target);
        command.Add(parallel);
        command.Add(resume);
        CompareProblems problems = new();
        problems.AddTo(command);
        model.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(resume) is null && result.GetResult(optimizers) is null && result.GetValue(task.Task) != CompareProblems.Task)
            {
                result.AddError("Option '--optimizers' is required.");
            }
        });
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(resume) is { } id)
            {
                (string found, string folder) = RunsVerb.Locate(id, TaskArguments.FullPath(parsed.GetValue(task.Out)));
                return Resume(
                    found, folder, parsed.GetValue(command.Json), parsed.InvocationConfiguration.Output,
                    parsed.InvocationConfiguration.Error);
            }

            if (parsed.GetValue(task.Task) == CompareProblems.Task)
            {
                return problems.Run(
                    parsed, parsed.GetValue(command.Json), parsed.GetValue(task.Set) ?? [], TaskArguments.FullPath(parsed.GetValue(task.Out)), CommandLine());
            }

            if (parsed.GetValue(problems.Solvers) is not null)
            {
                throw new UsageException("--solvers belongs to the task 'problems'; write 'nabla compare problems --solvers …', or name optimizers with --optimizers.");
            }

            IReadOnlyList<string> names = MethodSyntax.SplitList(parsed.GetValue(optimizers)!);
            IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> settings =
                MethodSyntax.ShareOut(names, MethodSyntax.ReadSettings(parsed.GetValue(task.Set) ?? []));
            // All methods are checked before the first is trained, so that a wrong name costs no minutes.
            foreach (string name in names)
            {
                Companion.CreateOptions(Catalogue.Find(name), settings[name]);
            }

            long? steps = parsed.GetValue(task.Steps);
            double? minutes = parsed.GetValue(task.Minutes);
            long? items = parsed.GetValue(tokens);
            if ((steps is null ? 0 : 1) + (minutes is null ? 0 : 1) + (items is null ? 0 : 1) > 1)
            {
                throw new UsageException("A comparison has one budget; give one of --steps, --minutes and --tokens.");
            }

            if (steps is 0)
            {
                throw new UsageException("The option --steps was '0'; a comparison needs 1 or more.");
            }

            IReadOnlyList<ComparedMethod> methods = [.. names.Select(name => new ComparedMethod(name, settings[name]))];
            if (parsed.GetValue(rates) is { } swept)
            {
                if (parsed.GetValue(tune) == "learning-rate")
                {
                    throw new UsageException("--rates compares learning rates and --tune chooses one; give one of the two.");
                }

                methods = ComparedMethod.At(methods, RateRange.Read(swept), name => Catalogue.Find(name).LearningRate?.Name);
                foreach (ComparedMethod method in methods)
                {
                    Companion.CreateOptions(Catalogue.Find(method.Name), method.Options);
                }
            }

            double runs = (double)methods.Count * parsed.GetValue(seeds);
            string? home = TaskArguments.FullPath(parsed.GetValue(task.Out));
            ComparisonPlan plan = new()
            {
                Task = parsed.GetValue(task.Task)!,
                TaskOptions = model.Settings(parsed, task),
                Methods = methods,
                Steps = steps,
                Items = items,
                TotalTime = steps is null && items is null ? TimeSpan.FromMinutes((minutes ?? DefaultMinutes) * runs) : null,
                Seeds = parsed.GetValue(seeds),
                Tune = parsed.GetValue(tune) == "learning-rate" ? Tuning.LearningRate : Tuning.None,
                TuneTrials = parsed.GetValue(trials),
                Target = parsed.GetValue(target),
                Parallel = parsed.GetValue(parallel),
                StartPart = StartPart(home),
                Seed = parsed.GetValue(task.Seed),
                Threads = TaskArguments.ThreadsOrDefault(parsed.GetValue(task.Threads)),
                Device = parsed.GetValue(task.Device)!,
                ClipNorm = parsed.GetValue(task.Clip),
                WeightDecay = TaskArguments.DecayScope(parsed.GetValue(task.Decay)),
                Precision = task.PrecisionOf(parsed),
                AccumulationSteps = parsed.GetValue(task.Accumulate),
                Evaluations = parsed.GetValue(evaluations),
                Home = home,
                Command = CommandLine(),
            };
            return Run(
                [.. plan.Methods.Select(m => m.Label)], plan.Task, plan.Seeds, parsed.GetValue(command.Json),
                parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error,
                (progress, cancellation) => Comparison.Run(plan, progress, cancellation));
        });
        return command;
    }

    /// <summary>The hidden command that a comparison starts for each of its runs when they are trained in parallel.</summary>
    /// <returns>The command.</returns>
    public static Command CreatePart()
    {
        VerbCommand command = new(
            "compare-part", "Trains one part of a comparison, until standard input ends.", "",
            "nabla compare-part c250131-120000-01 run/adamw/0")
        {
            Hidden = true,
        };
        Argument<string> comparison = new("COMPARISON");
        Argument<string> slot = new("PART");
        Option<string?> home = RunsVerb.Home();
        command.Add(comparison);
        command.Add(slot);
        command.Add(home);
        command.SetAction(parsed =>
        {
            using Interruption interruption = new(parsed.InvocationConfiguration.Error);
            using CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token);
            // The one who started this process closes the stream to stop it; so does the system when that one is killed.
            Thread watch = new(() =>
            {
                try
                {
                    while (Console.In.Read() >= 0)
                    {
                    }

                    source.Cancel();
                }
                catch (ObjectDisposedException)
                {
                    // The part ended first.
                }
            })
            {
                IsBackground = true,
            };
            watch.Start();
            StoredRun run = Comparison.RunPart(
                parsed.GetValue(comparison)!, parsed.GetValue(slot)!, TaskArguments.FullPath(parsed.GetValue(home)), source.Token);
            return run.Ending == "cancelled" ? ExitCode.Interrupted : ExitCode.Done;
        });
        return command;
    }

    /// <summary>Goes on with a comparison and prints its outcome.</summary>
    /// <param name="id">The comparison's id.</param>
    /// <param name="home">The store's folder.</param>
    /// <param name="json">Whether to print the document.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <returns>The exit code.</returns>
    public static int Resume(string id, string home, bool json, TextWriter output, TextWriter error)
    {
        StoredComparison comparison;
        try
        {
            if (!RunStore.Exists(home))
            {
                throw new UsageException($"There is no comparison '{id}' in '{home}'.");
            }

            using RunStore store = RunStore.Open(home);
            comparison = store.GetComparison(id);
        }
        catch (RunStoreException failure)
        {
            throw new UsageException(failure.Message, failure);
        }

        if (SuiteReader.IsSuite(comparison))
        {
            return SuiteVerb.Resume(id, home, json, output, error);
        }

        return Run(
            [], comparison.Task, 1, json, output, error,
            (progress, cancellation) => Comparison.Resume(
                id, home, plan => plan with { StartPart = StartPart(home) }, progress, cancellation));
    }

    /// <summary>The command line as it was typed, so that it can be repeated.</summary>
    public static string CommandLine() => "nabla " + string.Join(' ', Environment.GetCommandLineArgs().Skip(1).Select(Quoted));

    /// <summary>How a process that trains one part of a comparison is started.</summary>
    /// <param name="home">The store's folder; null: the usual one.</param>
    public static Func<string, string, ProcessStartInfo> StartPart(string? home) => (comparison, slot) =>
    {
        // The command runs as 'dotnet nabla.dll' or as a program of its own.
        string self = Environment.ProcessPath ?? "nabla";
        ProcessStartInfo start = new(self);
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
        {
            start.ArgumentList.Add(typeof(CompareVerb).Assembly.Location);
        }

        foreach (string argument in new[] { "compare-part", comparison, slot, "--out", home ?? RunStore.DefaultHome })
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    };

    private static int Run(
        IReadOnlyList<string> methods,
        string task,
        int seeds,
        bool json,
        TextWriter output,
        TextWriter error,
        Func<IProgress<ComparisonEvent>, CancellationToken, ComparisonResult> work)
    {
        using Interruption interruption = new(error);
        ComparisonResult result = ComparisonDisplay.Show(
            methods, task, seeds, error, progress => work(progress, interruption.Token));
        // A method that diverges is a result of the comparison; only when none got anywhere has it failed.
        string why = result.Methods.SelectMany(method => method.Runs).FirstOrDefault(run => run.FinalLoss is null)?.Advice ?? "";
        return ComparisonDisplay.End(
            json ? Document(result) : null,
            to => Print(result, to),
            result.IsCancelled ? result.Id : null,
            result.Best is null ? "No method reached a loss. " + ErrorSentence.OneLine(why) : null,
            output,
            error);
    }

    private static void Print(ComparisonResult result, TextWriter output)
    {
        PlainTable table = new(
            "method", "final loss", "95 % interval", "to the best", "steps", "seconds", $"{result.ItemName}/s", "peak memory", "ending");
        foreach (MethodOutcome method in result.Methods.OrderBy(m => m.FinalLoss?.Mean ?? double.PositiveInfinity))
        {
            table.Add(
                method.Name,
                Terminal.Short(method.FinalLoss?.Mean),
                method.FinalLoss is { Low: { } low, High: { } high } ? $"{Terminal.Short(low)} to {Terminal.Short(high)}" : "-",
                Difference(method.Difference),
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

        PrintRates(result, output);
        if (result.Target is { } target)
        {
            output.WriteLine($"To the loss {Terminal.Short(target)}: " + string.Join("; ", result.BestRates.Select(m => m.Target switch
            {
                { Steps: { } steps, Seconds: { } seconds } reached => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{m.Name} {Range(steps, "F0")} steps, {Range(seconds, "F1")} s{(reached.Reached < reached.Of ? $" ({reached.Reached} of {reached.Of} runs)" : "")}"),
                _ => $"{m.Name} not reached",
            })) + ".");
        }

        output.WriteLine($"Report: {result.Report ?? "none was written"}");
        if (result.Plan.Task == "text" && result.Plan.TaskOptions.Data is null)
        {
            output.WriteLine("On your own text: nabla compare text --data FOLDER --optimizers "
                + $"{Quoted(string.Join(',', result.BestRates.Select(method => method.Method)))} --minutes 1");
        }
    }

    /// <summary>How much the final loss depends on the learning rate, a line a method.</summary>
    private static void PrintRates(ComparisonResult result, TextWriter output)
    {
        foreach (IGrouping<string, MethodOutcome> method in result.Methods.Where(m => m.Rate is not null).GroupBy(m => m.Method))
        {
            MethodOutcome[] finite = [.. method.Where(m => m.FinalLoss is { } loss && double.IsFinite(loss.Mean))];
            if (finite.Length == 0)
            {
                output.WriteLine($"{method.Key}: no finite loss at any of the {method.Count()} rates.");
                continue;
            }

            MethodOutcome best = finite.MinBy(m => m.FinalLoss!.Value.Mean)!;
            MethodOutcome worst = finite.MaxBy(m => m.FinalLoss!.Value.Mean)!;
            string lost = finite.Length == method.Count() ? "" : $"; {method.Count() - finite.Length} without a finite loss";
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{method.Key} over {method.Count()} rates: {Terminal.Short(best.FinalLoss!.Value.Mean)} at {best.Rate:G4} to {Terminal.Short(worst.FinalLoss!.Value.Mean)} at {worst.Rate:G4}{lost}."));
        }
    }

    /// <summary>How fast a method came to a target, for a document.</summary>
    /// <param name="target">How fast; null without a target.</param>
    public static JsonObject? ToTarget(TargetReached? target) => target is null
        ? null
        : new JsonObject
        {
            ["reached"] = target.Reached,
            ["runs"] = target.Of,
            ["steps"] = Bounds(target.Steps),
            ["seconds"] = Bounds(target.Seconds),
        };

    /// <summary>A mean with its interval where it has one.</summary>
    /// <param name="value">The interval.</param>
    /// <param name="format">The format of its numbers.</param>
    public static string Range(Interval value, string format)
    {
        string Show(double number) => number.ToString(format, CultureInfo.InvariantCulture);
        return value is { Low: { } low, High: { } high } && high > low
            ? $"{Show(value.Mean)} ({Show(low)} to {Show(high)})"
            : Show(value.Mean);
    }

    /// <summary>An interval for a document.</summary>
    /// <param name="interval">The interval; null: numbers that are null.</param>
    public static JsonObject Bounds(Interval? interval) => new()
    {
        ["mean"] = JsonDocumentWriter.Number(interval?.Mean),
        ["low"] = JsonDocumentWriter.Number(interval?.Low),
        ["high"] = JsonDocumentWriter.Number(interval?.High),
    };

    private static string Difference(Interval? difference) => difference switch
    {
        null => "-",
        { Mean: 0, Low: null } => "best",
        { Low: { } low, High: { } high } d => $"+{Terminal.Short(d.Mean)} ({Terminal.Short(low)} to {Terminal.Short(high)})",
        { } d => $"+{Terminal.Short(d.Mean)}",
    };

    private static JsonObject Document(ComparisonResult result)
    {
        JsonArray methods = [];
        foreach (MethodOutcome method in result.Methods)
        {
            var (own, companion) = Companion.CreateOptions(Catalogue.Find(method.Method), method.Options);
            methods.Add(new JsonObject
            {
                ["name"] = method.Method,
                ["rate"] = JsonDocumentWriter.Number(method.Rate),
                ["options"] = OptionsJson.Of(own, method.Method),
                ["companion"] = companion is null ? null : OptionsJson.Of(companion, Companion.Method),
                ["runs"] = JsonDocumentWriter.Texts(method.Runs.Select(run => run.Run)),
                ["final_loss"] = Bounds(method.FinalLoss),
                ["steps"] = JsonDocumentWriter.Number(method.Steps),
                ["seconds"] = JsonDocumentWriter.Number(method.Seconds),
                ["per_second"] = JsonDocumentWriter.Number(method.ItemsPerSecond),
                ["peak_bytes"] = method.PeakBytes,
                ["to_target"] = ToTarget(method.Target),
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
                ["tokens"] = plan.Items,
                ["minutes"] = JsonDocumentWriter.Number(plan.TotalTime?.TotalMinutes / runs),
                ["seeds"] = plan.Seeds,
            },
            ["methods"] = methods,
            ["best"] = result.Best,
            ["target"] = JsonDocumentWriter.Number(result.Target),
            ["baselines"] = baselines,
            ["report"] = result.Report,
        };
    }

    private static string Quoted(string argument) =>
        argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_./,:=@%+".Contains(c, StringComparison.Ordinal)) && argument.Length > 0
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
