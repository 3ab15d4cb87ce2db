using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Nabla.Experiments;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla train</c>: trains one model with one method.</summary>
internal static class TrainVerb
{
    private const long DefaultSteps = 1000;

    /// <summary>Makes the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand command = new(
            "train",
            "Trains a model with one method and keeps the run: checkpoints, losses, settings.",
            $"Without --steps and --minutes it makes {DefaultSteps} updates for each seed. Of several seeds the run with the lowest "
                + "validation loss is printed, and all are kept. Tuning takes part of --minutes, or a quarter of --steps a trial. Ctrl-C saves the state and ends with 130; "
                + "'nabla resume RUN' goes on after that, or after a kill, equal to the last bit.",
            "nabla train text --optimizer mvn-grad --set learningRate=0.001 --steps 500",
            "nabla train text --optimizer adamw --tune learning-rate --seeds 3 --steps 500",
            "nabla train tabular --data houses.csv --label price --minutes 2",
            "nabla train text --model FOLDER --data FILE --adapter lora --rank 8 --steps 200");
        TaskArguments task = new();
        Option<string> optimizer = new("--optimizer")
        {
            HelpName = "METHOD",
            Description = "The method, as 'nabla methods' names it.",
            DefaultValueFactory = _ => "adamw",
        };
        Option<int> seeds = TaskArguments.Checked(
            "--seeds", "K", "Trains K runs, with the seeds N, N + 1 and so on of --seed N.", k => k is >= 1 and <= 1000,
            "between 1 and 1000", 1);
        Option<string> tune = new("--tune")
        {
            HelpName = "none|learning-rate",
            Description = "What is tuned first, by short trials that are kept as runs.",
            DefaultValueFactory = _ => "none",
        };
        TaskArguments.Restrict(tune, "none", "learning-rate");
        ModelArguments model = new();
        task.AddTo(command);
        command.Add(optimizer);
        command.Add(seeds);
        command.Add(tune);
        command.Add(task.EvaluateEvery);
        command.Add(task.CheckpointEvery);
        model.AddTo(command);
        AdapterArguments adapter = new();
        command.Add(adapter.Model);
        adapter.AddTo(command);
        command.SetAction(parsed =>
        {
            long? steps = parsed.GetValue(task.Steps);
            double? minutes = parsed.GetValue(task.Minutes);
            long? checkpointEvery = parsed.GetValue(task.CheckpointEvery);
            TrainingPlan plan = new()
            {
                Task = parsed.GetValue(task.Task)!,
                TaskOptions = WithModel(parsed, model.Settings(parsed, task), model, parsed.GetValue(task.Task)!, adapter),
                Method = parsed.GetValue(optimizer)!.Trim(),
                MethodOptions = MethodSyntax.ReadSettings(parsed.GetValue(task.Set) ?? []),
                Training = new TrainingSettings
                {
                    MaxSteps = steps is null && minutes is null ? DefaultSteps : steps,
                    MaxTime = minutes is { } m ? TimeSpan.FromMinutes(m) : null,
                    AccumulationSteps = parsed.GetValue(task.Accumulate),
                    ClipNorm = parsed.GetValue(task.Clip),
                    WeightDecay = TaskArguments.DecayScope(parsed.GetValue(task.Decay)),
                    Precision = task.PrecisionOf(parsed),
                    EvaluateEvery = parsed.GetValue(task.EvaluateEvery) ?? 0,
                    CheckpointEverySteps = checkpointEvery ?? 0,
                    CheckpointEvery = checkpointEvery is null ? TimeSpan.FromMinutes(1) : null,
                },
                Seed = parsed.GetValue(task.Seed),
                Threads = TaskArguments.ThreadsOrDefault(parsed.GetValue(task.Threads)),
                Device = parsed.GetValue(task.Device)!,
                Home = TaskArguments.FullPath(parsed.GetValue(task.Out)),
            };
            using Interruption interruption = new(parsed.InvocationConfiguration.Error);
            if (parsed.GetValue(tune) == "learning-rate")
            {
                plan = Tune(plan, parsed.InvocationConfiguration.Error, interruption.Token);
            }

            List<TrainingOutcome> outcomes = [];
            for (int i = 0; i < parsed.GetValue(seeds) && (i == 0 || !interruption.Token.IsCancellationRequested); i++)
            {
                TrainingPlan one = plan with { Seed = plan.Seed + i };
                string what = $"{plan.Task} with {plan.Method}" + (parsed.GetValue(seeds) > 1 ? $", seed {one.Seed}" : "");
                outcomes.Add(TrainingDisplay.Show(
                    what, parsed.InvocationConfiguration.Error, progress => TrainingRun.Start(one, progress, interruption.Token)));
            }

            return Report(parsed, parsed.GetValue(command.Json), outcomes);
        });
        return command;
    }

    /// <summary>Goes on with a run, with progress on standard error, and prints its outcome.</summary>
    /// <param name="parsed">The command line, for its streams.</param>
    /// <param name="json">Whether to print the document.</param>
    /// <param name="what">What is trained, for people.</param>
    /// <param name="train">Trains.</param>
    /// <returns>The exit code.</returns>
    public static int Follow(
        ParseResult parsed,
        bool json,
        string what,
        Func<IProgress<TrainingProgress>, CancellationToken, TrainingOutcome> train)
    {
        TextWriter error = parsed.InvocationConfiguration.Error;
        using Interruption interruption = new(error);
        return Report(parsed, json, [TrainingDisplay.Show(what, error, progress => train(progress, interruption.Token))]);
    }

    /// <summary>The settings with the model of a folder and its adapter, where the command line names them.</summary>
    private static TaskSettings WithModel(
        ParseResult parsed, TaskSettings settings, ModelArguments sizes, string task, AdapterArguments arguments)
    {
        string? folder = parsed.GetValue(arguments.Model);
        AdapterSettings? adapter = arguments.Of(parsed);
        if (folder is null)
        {
            return adapter is null
                ? settings
                : throw new UsageException("The option --adapter puts an adapter beside a model; name the model's folder with --model.");
        }

        if (task != "text")
        {
            throw new UsageException($"The option --model is for the task text; the task '{task}' makes its own model. Leave it out.");
        }

        return sizes.Idle(parsed) is { } idle
            ? throw new UsageException($"The option {idle} has no effect with --model, whose folder says how large the model is. Leave it out.")
            : settings with { Model = TaskArguments.FullPath(folder), Adapter = adapter };
    }

    private static TrainingPlan Tune(TrainingPlan plan, TextWriter error, CancellationToken cancellation)
    {
        TunedPlan tuned = Comparison.Tune(
            plan,
            new EventReporter(news =>
            {
                if (news is { Kind: ComparisonEventKind.TrialEnded or ComparisonEventKind.Preparing, Message: { } message })
                {
                    error.WriteLine(message);
                }
            }),
            cancellation);
        error.WriteLine(tuned.Best is { } best
            ? $"The best of {tuned.Trials.Count} trials is the learning rate {Terminal.Short(best.LearningRate)}."
            : "No trial came to a loss; the learning rate stays as it is.");
        return tuned.Plan;
    }

    private static int Report(ParseResult parsed, bool json, List<TrainingOutcome> outcomes)
    {
        TextWriter output = parsed.InvocationConfiguration.Output;
        TextWriter error = parsed.InvocationConfiguration.Error;
        // Of several seeds the one that does best on data it has not seen; the others are in the store.
        TrainingOutcome chosen = outcomes.MinBy(o => o.Result.Ending.IsSuccess ? o.Result.ValidationLoss ?? double.MaxValue : double.PositiveInfinity)!;
        if (json)
        {
            JsonObject document = Document(chosen);
            if (outcomes.Count > 1)
            {
                document["seeds"] = new JsonArray([.. outcomes.Select(Document)]);
            }

            JsonDocumentWriter.Write(output, document);
        }
        else
        {
            if (outcomes.Count > 1)
            {
                PlainTable table = new("run", "seed", "training loss", "validation loss", "ending");
                foreach (TrainingOutcome one in outcomes)
                {
                    table.Add(
                        one.Run.Id, one.Run.Seed.ToString(CultureInfo.InvariantCulture), Terminal.Short(one.Result.FinalLoss),
                        Terminal.Short(one.Result.ValidationLoss), one.Result.Ending.Key);
                }

                table.Write(output);
                output.WriteLine();
                output.WriteLine("The best of them:");
            }

            Print(chosen, output);
        }

        // What went wrong last is what the user is told.
        TrainingOutcome told = outcomes.FirstOrDefault(o => o.Result.Ending.Key == "cancelled")
            ?? outcomes.FirstOrDefault(o => !o.Result.Ending.IsSuccess) ?? chosen;
        return Ended(told.Result.Ending.Key, told.Result.Ending.Advice, $"nabla resume {told.Run.Id}", error);
    }

    private static JsonObject Document(TrainingOutcome outcome) => new()
    {
        ["run"] = outcome.Run.Id,
        ["task"] = outcome.Run.Task,
        ["optimizer"] = outcome.Run.Method,
        ["steps"] = outcome.Result.Steps,
        ["final_loss"] = JsonDocumentWriter.Number(outcome.Result.FinalLoss),
        ["validation_loss"] = JsonDocumentWriter.Number(outcome.Result.ValidationLoss),
        ["seconds"] = JsonDocumentWriter.Number(outcome.Result.Seconds),
        ["per_second"] = JsonDocumentWriter.Number(outcome.Result.ItemsPerSecond),
        ["gradient_evaluations"] = outcome.Result.GradientEvaluations,
        ["loss_evaluations"] = outcome.Result.LossEvaluations,
        ["hessian_products"] = outcome.Result.HessianProducts,
        ["peak_bytes"] = outcome.Result.PeakBytes,
        ["ending"] = outcome.Result.Ending.Key,
        ["checkpoint"] = outcome.Result.Checkpoint,
        ["model"] = outcome.Model,
    };

    private static void Print(TrainingOutcome outcome, TextWriter output)
    {
        TrainingResult result = outcome.Result;
        output.WriteLine($"run              {outcome.Run.Id}");
        output.WriteLine($"ending           {result.Ending.Key} after {result.Steps} steps, "
            + Terminal.Duration(TimeSpan.FromSeconds(result.Seconds)));
        output.WriteLine($"training loss    {Terminal.Short(result.FinalLoss)}");
        output.WriteLine($"validation loss  {Terminal.Short(result.ValidationLoss)}");
        if (result.GradientEvaluations != result.Steps || result.LossEvaluations + result.HessianProducts > 0)
        {
            output.WriteLine($"evaluations      {result.GradientEvaluations} gradients, {result.LossEvaluations} losses, "
                + $"{result.HessianProducts} products with the Hessian matrix");
        }

        output.WriteLine($"rate             {Terminal.Short(result.ItemsPerSecond)} a second");
        output.WriteLine($"peak memory      {Terminal.Bytes(result.PeakBytes)}");
        output.WriteLine($"checkpoint       {result.Checkpoint ?? "none"}");
        if (outcome.Model is { } model)
        {
            output.WriteLine($"{(outcome.IsAdapter ? "adapter" : "model"),-17}{model}");
        }
    }

    /// <summary>The exit code of an ending, with its sentence on standard error when it is no success.</summary>
    /// <param name="ending">The key of the ending.</param>
    /// <param name="advice">Its sentence.</param>
    /// <param name="again">The command that goes on, for an interruption.</param>
    /// <param name="error">Standard error.</param>
    /// <returns>The exit code.</returns>
    public static int Ended(string ending, string advice, string? again, TextWriter error)
    {
        switch (ending)
        {
            case "completed" or "target-reached" or "budget-exhausted":
                return ExitCode.Done;
            case "cancelled":
                error.WriteLine(again is null ? "nabla: Interrupted." : $"nabla: Interrupted; the state is saved. Go on with: {again}");
                return ExitCode.Interrupted;
            default:
                error.WriteLine("nabla: " + ErrorSentence.OneLine(advice));
                return ExitCode.Failed;
        }
    }
}
