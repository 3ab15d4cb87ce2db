using System.CommandLine;
using System.Text.Json.Nodes;
using Nabla.Experiments;
using Nabla.Runs;

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
            $"Without --steps and --minutes it makes {DefaultSteps} updates. Ctrl-C saves the state and ends with 130; "
                + "'nabla resume RUN' goes on after that, or after a kill, equal to the last bit.",
            "nabla train text --optimizer mvn-grad --set learningRate=0.001 --steps 500",
            "nabla train tabular --data houses.csv --label price --minutes 2");
        TaskArguments task = new();
        Option<string> optimizer = new("--optimizer")
        {
            HelpName = "METHOD",
            Description = "The method, as 'nabla methods' names it.",
            DefaultValueFactory = _ => "adamw",
        };
        ModelArguments model = new();
        task.AddTo(command);
        command.Add(optimizer);
        command.Add(task.EvaluateEvery);
        command.Add(task.CheckpointEvery);
        model.AddTo(command);
        command.SetAction(parsed =>
        {
            long? steps = parsed.GetValue(task.Steps);
            double? minutes = parsed.GetValue(task.Minutes);
            long? checkpointEvery = parsed.GetValue(task.CheckpointEvery);
            TrainingPlan plan = new()
            {
                Task = parsed.GetValue(task.Task)!,
                TaskOptions = model.Settings(parsed, task),
                Method = parsed.GetValue(optimizer)!.Trim(),
                MethodOptions = MethodSyntax.ReadSettings(parsed.GetValue(task.Set) ?? []),
                Training = new TrainingSettings
                {
                    MaxSteps = steps is null && minutes is null ? DefaultSteps : steps,
                    MaxTime = minutes is { } m ? TimeSpan.FromMinutes(m) : null,
                    AccumulationSteps = parsed.GetValue(task.Accumulate),
                    ClipNorm = parsed.GetValue(task.Clip),
                    WeightDecay = TaskArguments.DecayScope(parsed.GetValue(task.Decay)),
                    EvaluateEvery = parsed.GetValue(task.EvaluateEvery) ?? 0,
                    CheckpointEverySteps = checkpointEvery ?? 0,
                    CheckpointEvery = checkpointEvery is null ? TimeSpan.FromMinutes(1) : null,
                },
                Seed = parsed.GetValue(task.Seed),
                Threads = TaskArguments.ThreadsOrDefault(parsed.GetValue(task.Threads)),
                Device = parsed.GetValue(task.Device)!,
                Home = TaskArguments.FullPath(parsed.GetValue(task.Out)),
            };
            return Follow(
                parsed,
                parsed.GetValue(command.Json),
                $"{plan.Task} with {plan.Method}",
                (progress, cancellation) => TrainingRun.Start(plan, progress, cancellation));
        });
        return command;
    }

    /// <summary>Runs a training with progress on standard error and prints its outcome.</summary>
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
        TextWriter output = parsed.InvocationConfiguration.Output;
        TextWriter error = parsed.InvocationConfiguration.Error;
        using Interruption interruption = new(error);
        TrainingOutcome session = TrainingDisplay.Show(what, error, progress => train(progress, interruption.Token));
        TrainingResult result = session.Result;
        StoredRun run = session.Run;
        if (json)
        {
            JsonDocumentWriter.Write(output, new JsonObject
            {
                ["run"] = run.Id,
                ["task"] = run.Task,
                ["optimizer"] = run.Method,
                ["steps"] = result.Steps,
                ["final_loss"] = JsonDocumentWriter.Number(result.FinalLoss),
                ["validation_loss"] = JsonDocumentWriter.Number(result.ValidationLoss),
                ["seconds"] = JsonDocumentWriter.Number(result.Seconds),
                ["per_second"] = JsonDocumentWriter.Number(result.ItemsPerSecond),
                ["peak_bytes"] = result.PeakBytes,
                ["ending"] = result.Ending.Key,
                ["checkpoint"] = result.Checkpoint,
            });
        }
        else
        {
            output.WriteLine($"run              {run.Id}");
            output.WriteLine($"ending           {result.Ending.Key} after {result.Steps} steps, "
                + Terminal.Duration(TimeSpan.FromSeconds(result.Seconds)));
            output.WriteLine($"training loss    {Terminal.Short(result.FinalLoss)}");
            output.WriteLine($"validation loss  {Terminal.Short(result.ValidationLoss)}");
            output.WriteLine($"rate             {Terminal.Short(result.ItemsPerSecond)} a second");
            output.WriteLine($"peak memory      {Terminal.Bytes(result.PeakBytes)}");
            output.WriteLine($"checkpoint       {result.Checkpoint ?? "none"}");
        }

        return Ended(result.Ending.Key, result.Ending.Advice, $"nabla resume {run.Id}", error);
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
