using System.CommandLine;
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
                    parsed, parsed.GetValue(command.Json), parsed.GetValue(task.Set) ?? [], TaskArguments.FullPath(parsed.GetValue(task.Out)), TypedCommand.Line);
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
                StartPart = ComparePartVerb.Start(home),
                Seed = parsed.GetValue(task.Seed),
                Threads = TaskArguments.ThreadsOrDefault(parsed.GetValue(task.Threads)),
                Device = parsed.GetValue(task.Device)!,
                ClipNorm = parsed.GetValue(task.Clip),
                WeightDecay = TaskArguments.DecayScope(parsed.GetValue(task.Decay)),
                Precision = task.PrecisionOf(parsed),
                AccumulationSteps = parsed.GetValue(task.Accumulate),
                Evaluations = parsed.GetValue(evaluations),
                Home = home,
                Command = TypedCommand.Line,
            };
            return Run(
                [.. plan.Methods.Select(m => m.Label)], plan.Task, plan.Seeds, parsed.GetValue(command.Json),
                parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error,
                (progress, cancellation) => Comparison.Run(plan, progress, cancellation));
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
                id, home, plan => plan with { StartPart = ComparePartVerb.Start(home) }, progress, cancellation));
    }

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
            json ? ComparisonText.Document(result) : null,
            to => ComparisonText.Print(result, to),
            result.IsCancelled ? result.Id : null,
            result.Best is null ? "No method reached a loss. " + ErrorSentence.OneLine(why) : null,
            output,
            error);
    }
}
