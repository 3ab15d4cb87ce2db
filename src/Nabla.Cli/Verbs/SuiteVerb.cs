using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Experiments;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla compare suite</c>: methods over several small workloads, each with one setting for all.</summary>
internal static class SuiteVerb
{
    /// <summary>Options of a comparison on one task that a suite cannot take, and why.</summary>
    private static readonly (string Names, string Why)[] Unfit =
    [
        ("--data --label --batch --layers --heads --width --context --dropout", "its workloads bring their own data and models"),
        ("--minutes --tokens", "its workloads bring their own lengths; --steps N gives all the same"),
        ("--target", "its workloads bring their own targets; --targets FILE gives others"),
        ("--rates --tune --tune-trials", "every method has one setting for all workloads; --set gives it"),
    ];

    /// <summary>Makes the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand command = new(
            "suite",
            "Compares methods over several small workloads, each method with one setting for all, with a performance profile and a score.",
            "Workloads: " + string.Join("; ", Workloads.All.Select(w => $"{w.Name}, {w.Summary}")) + ". Their data are made by the "
                + "program. A workload is learned when the validation loss reaches a target that tuned NadamW set in advance in half "
                + "the steps. The score is that of the AlgoPerf benchmark: the mean height of the performance profile up to "
                + "four times the best.",
            "nabla compare suite --optimizers \"adamw,prodigy(adamw),dog(sgd)\" --seeds 3",
            "nabla compare suite --optimizers adamw,sgd --workloads valley,classification --set sgd.learningRate=0.1");
        TaskArguments shared = new();
        Option<string?> optimizers = new("--optimizers")
        {
            HelpName = "A,B,C",
            Description = "The methods, separated by commas; a wrapper is written wrapper(inner).",
        };
        Option<string?> workloads = new("--workloads")
        {
            HelpName = "A,B,C",
            Description = "The workloads, separated by commas. Default: all.",
        };
        Option<string> baseline = new("--baseline")
        {
            HelpName = "on|off",
            Description = "Whether NadamW with the setting that did best over all workloads is compared too.",
            DefaultValueFactory = _ => "on",
        };
        Option<string?> targets = new("--targets")
        {
            HelpName = "FILE",
            Description = "Targets and baseline of an own calibration in place of those that ship with the program.",
        };
        Option<string?> calibrate = new("--calibrate")
        {
            HelpName = "FILE",
            Description = "Compares nothing: tunes NadamW on each workload and writes targets and baseline to the file.",
        };
        Option<int> trials = TaskArguments.Checked(
            "--trials", "N", "Settings that a calibration tries on each workload.", n => n is >= 2 and <= 1000, "between 2 and 1000", 20);
        Option<int> seeds = TaskArguments.Checked(
            "--seeds", "K", "Trains every method on K seeds of each workload and reports intervals.", k => k is >= 1 and <= 1000, "between 1 and 1000", 1);
        Option<long?> steps = TaskArguments.Checked<long?>(
            "--steps", "N", "Steps of every run. Default: those of the workload.", n => n >= 1, "1 or more");
        Option<int?> evaluations = TaskArguments.Checked<int?>(
            "--evaluations", "N", "Evaluations in a run. Default: those of the workload.", n => n is >= 1 and <= 100_000, "between 1 and 100000");
        Option<int> parallel = TaskArguments.Checked(
            "--parallel", "N", "Runs trained at once, each in a process of its own; the threads are divided.",
            n => n is >= 1 and <= 64, "between 1 and 64", 1);
        baseline.AcceptOnlyFromAmong("on", "off");
        shared.Set.Description = "Sets an option, for all workloads: method.name=value for one method, name=value for all. Repeat for several.";
        foreach (Option option in new Option[]
        {
            optimizers, workloads, seeds, steps, evaluations, baseline, targets, calibrate, trials, parallel,
            shared.Set, shared.Seed, shared.Threads, shared.Device, shared.Out,
        })
        {
            command.Add(option);
        }

        foreach ((string names, string why) in Unfit)
        {
            foreach (string name in names.Split(' '))
            {
                Refuse(command, name, why);
            }
        }

        command.Validators.Add(result =>
        {
            if (result.GetResult(calibrate) is null && result.GetResult(optimizers) is null)
            {
                result.AddError("Option '--optimizers' is required.");
            }
        });
        command.SetAction(parsed =>
        {
            IReadOnlyList<string> names = parsed.GetValue(optimizers) is { } list ? MethodSyntax.SplitList(list) : [];
            IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> settings =
                MethodSyntax.ShareOut(names, MethodSyntax.ReadSettings(parsed.GetValue(shared.Set) ?? []));
            bool calibrates = parsed.GetValue(calibrate) is not null;
            if (calibrates && names.Count > 0)
            {
                throw new UsageException("--calibrate sets targets and compares nothing; give --optimizers in a second command.");
            }

            SuiteTargets found = parsed.GetValue(targets) is { } file ? ReadTargets(file)
                : calibrates ? SuiteCalibration.NoTargets : SuiteTargets.Shipped;
            string? home = TaskArguments.FullPath(parsed.GetValue(shared.Out));
            SuitePlan plan = new()
            {
                Methods =
                [
                    .. names.Select(name => new ComparedMethod(name, settings[name])),
                    .. parsed.GetValue(baseline) == "on" && !calibrates ? [found.AsMethod()] : Array.Empty<ComparedMethod>(),
                ],
                Workloads = parsed.GetValue(workloads)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                Targets = found,
                Steps = parsed.GetValue(steps),
                Seeds = parsed.GetValue(seeds),
                Evaluations = parsed.GetValue(evaluations),
                Seed = parsed.GetValue(shared.Seed),
                Threads = TaskArguments.ThreadsOrDefault(parsed.GetValue(shared.Threads)),
                Device = parsed.GetValue(shared.Device)!,
                Parallel = parsed.GetValue(parallel),
                StartPart = ComparePartVerb.Start(home),
                Home = home,
                Command = TypedCommand.Line,
            };
            TextWriter output = parsed.InvocationConfiguration.Output, error = parsed.InvocationConfiguration.Error;
            bool json = parsed.GetValue(command.Json);
            if (parsed.GetValue(calibrate) is { } to)
            {
                return Calibrate(plan, parsed.GetValue(trials), Path.GetFullPath(to), json, output, error);
            }

            try
            {
                plan.ThrowIfInvalid();
            }
            catch (ArgumentException wrong) when (wrong is not OptionException)
            {
                throw new UsageException(Sentence(wrong), wrong);
            }

            return Run(
                [.. plan.Methods.Select(method => method.Label)], plan.Seeds, json, output, error,
                (progress, cancellation) => Suite.Run(plan, progress, cancellation));
        });
        return command;
    }

    /// <summary>Goes on with a suite and prints its outcome.</summary>
    /// <param name="id">The suite's id.</param>
    /// <param name="home">The store's folder.</param>
    /// <param name="json">Whether to print the document.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <returns>The exit code.</returns>
    public static int Resume(string id, string home, bool json, TextWriter output, TextWriter error) => Run(
        [], 1, json, output, error,
        (progress, cancellation) => Suite.Resume(
            id, home, plan => plan with { StartPart = ComparePartVerb.Start(home) }, progress, cancellation));

    private static void Refuse(VerbCommand command, string name, string why)
    {
        Option<string[]> option = new(name) { Hidden = true, Arity = ArgumentArity.ZeroOrMore };
        option.Validators.Add(result => result.AddError($"The option {name} does not fit a suite: {why}."));
        command.Add(option);
    }

    /// <summary>The message without the name of the parameter, which a user never typed.</summary>
    private static string Sentence(Exception failure) => failure is ArgumentException { ParamName: { } name } wrong
        ? wrong.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal)
        : failure.Message;

    private static SuiteTargets ReadTargets(string file)
    {
        try
        {
            return SuiteTargets.Parse(File.ReadAllText(file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"The targets in '{file}' cannot be read: {Sentence(failure)}", failure);
        }
    }

    private static int Calibrate(SuitePlan plan, int trials, string file, bool json, TextWriter output, TextWriter error)
    {
        using Interruption interruption = new(error);
        SuiteTargets? targets = null;
        try
        {
            ComparisonDisplay.Show(
                [], "the workloads", 1, error, progress => targets = SuiteCalibration.Run(plan, trials, progress, interruption.Token));
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("nabla: Interrupted; a calibration is not resumed, and no targets were written.");
            return ExitCode.Interrupted;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, targets!.ToJson());
        if (json)
        {
            JsonDocumentWriter.Write(output, JsonNode.Parse(targets.ToJson())!);
        }
        else
        {
            PlainTable table = new("workload", "target", "steps", "best setting");
            foreach ((string name, CalibratedWorkload workload) in targets.Workloads)
            {
                table.Add(name, Terminal.Short(workload.Target), workload.Steps.ToString(CultureInfo.InvariantCulture), Text(workload.Options));
            }

            table.Write(output);
            output.WriteLine($"Baseline: {SuiteTargets.Method} with {Text(targets.Baseline)}");
            output.WriteLine($"Written to {file}; use it with --targets.");
        }

        return ExitCode.Done;
    }

    private static string Text(IReadOnlyDictionary<string, string> options) =>
        string.Join(", ", options.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key}={o.Value}"));

    private static int Run(
        IReadOnlyList<string> methods,
        int seeds,
        bool json,
        TextWriter output,
        TextWriter error,
        Func<IProgress<ComparisonEvent>, CancellationToken, SuiteResult> work)
    {
        using Interruption interruption = new(error);
        SuiteResult result = ComparisonDisplay.Show(methods, "a suite", seeds, error, progress => work(progress, interruption.Token));
        return ComparisonDisplay.End(
            json ? Document(result) : null,
            to => Print(result, to),
            result.IsCancelled ? result.Id : null,
            result.IsAnySolved ? null : "No method reached the target of any workload. Give more --steps, other methods, or easier --targets.",
            output,
            error);
    }

    private static void Print(SuiteResult result, TextWriter output)
    {
        PlainTable scores = new("method", "score by steps", "score by seconds", "solved");
        foreach (MethodScore score in result.Scores.OrderByDescending(score => score.Steps.Mean))
        {
            scores.Add(score.Method, Show(score.Steps), Show(score.Seconds), $"{score.Solved} of {result.Workloads.Count}");
        }

        PlainTable costs = new(["workload", "target", .. result.Plan.Methods.Select(method => method.Label)]);
        foreach (WorkloadOutcome outcome in result.Workloads)
        {
            costs.Add(
            [
                outcome.Workload.Name,
                Terminal.Short(outcome.Target),
                .. result.Plan.Methods.Select(method =>
                    outcome.Comparison.Methods.FirstOrDefault(m => m.Name == method.Label)?.Target switch
                    {
                        { Steps: { } steps, Seconds: { } seconds } reached => string.Create(
                            CultureInfo.InvariantCulture,
                            $"{ComparisonText.Range(steps, "F0")}, {ComparisonText.Range(seconds, "F1")} s{(reached.Reached < reached.Of ? $" ({reached.Reached} of {reached.Of})" : "")}"),
                        _ => "not reached",
                    }),
            ]);
        }

        output.WriteLine();
        output.WriteLine("Steps and seconds to the target on each workload:");
        output.WriteLine();
        costs.Write(output);
        output.WriteLine();
        scores.Write(output);
        output.WriteLine();
        output.WriteLine("The score is the mean share of workloads learned within 1 to 4 times the cost of the best method there; 1 is the best.");
        output.WriteLine($"Report: {result.Report ?? "none was written"}");
    }

    private static string Show(Interval score) => ComparisonText.Range(score, "F3");

    private static JsonObject Document(SuiteResult result)
    {
        JsonArray methods = [];
        foreach (ComparedMethod method in result.Plan.Methods)
        {
            MethodScore? score = result.Scores.FirstOrDefault(s => s.Method == method.Label);
            methods.Add(new JsonObject
            {
                ["label"] = method.Label,
                ["name"] = method.Name,
                ["options"] = OptionsJson.Of(Companion.CreateOptions(Catalogue.Find(method.Name), method.Options).Item1, method.Name),
                ["score"] = ComparisonText.Bounds(score?.Steps),
                ["score_seconds"] = ComparisonText.Bounds(score?.Seconds),
                ["solved"] = score?.Solved ?? 0,
            });
        }

        JsonArray workloads = [];
        foreach (WorkloadOutcome outcome in result.Workloads)
        {
            JsonArray outcomes = [];
            foreach (MethodOutcome method in outcome.Comparison.Methods)
            {
                outcomes.Add(new JsonObject
                {
                    ["label"] = method.Name,
                    ["final_loss"] = ComparisonText.Bounds(method.FinalLoss),
                    ["to_target"] = ComparisonText.ToTarget(method.Target),
                    ["ending"] = method.Ending,
                });
            }

            workloads.Add(new JsonObject
            {
                ["name"] = outcome.Workload.Name,
                ["task"] = outcome.Workload.Task,
                ["target"] = JsonDocumentWriter.Number(outcome.Target),
                ["steps"] = outcome.Comparison.Plan.Steps,
                ["comparison"] = outcome.Comparison.Id,
                ["methods"] = outcomes,
            });
        }

        return new JsonObject
        {
            ["suite"] = result.Id,
            ["seeds"] = result.Plan.Seeds,
            ["methods"] = methods,
            ["workloads"] = workloads,
            ["profile"] = Profile(result.Steps),
            ["profile_seconds"] = Profile(result.Seconds),
            ["report"] = result.Report,
        };
    }

    private static JsonArray Profile(CostTable? costs)
    {
        JsonArray profiles = [];
        foreach (Profile profile in costs is null ? [] : Profiles.Performance(costs))
        {
            profiles.Add(new JsonObject
            {
                ["label"] = profile.Method,
                ["ratios"] = JsonDocumentWriter.Numbers(profile.Steps.Select(step => step.X)),
                ["shares"] = JsonDocumentWriter.Numbers(profile.Steps.Select(step => step.Share)),
            });
        }

        return profiles;
    }
}
