using System.CommandLine;
using System.Text.Json.Nodes;
using Nabla.Engine;
using Nabla.Experiments;
using Nabla.Problems.Models;
using Nabla.Procedures.Adaptation;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla adapt</c>: fits a model of the user's to a text, and merges adapters into models.</summary>
internal static class AdaptVerb
{
    private const long DefaultSteps = 100;

    /// <summary>Makes the verb with its parts.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand command = new(
            "adapt",
            "Fits a GPT-2 or Llama model to a text by a low-rank adapter, and tells the loss on held-out text before and after.",
            $"The model's own weights stay as they are. Without --steps and --minutes it makes {DefaultSteps} updates with AdamW. The adapter "
                + "has the layout of PEFT; 'nabla generate --adapter' uses it, 'nabla adapt merge' writes a whole model. The run is in the "
                + "store: Ctrl-C saves the state, and 'nabla resume RUN' goes on and leaves the adapter in the run's folder.",
            "nabla adapt --model FOLDER --data FILE --out ADAPTER",
            "nabla adapt --model FOLDER --data FILE --out ADAPTER --rank 16 --targets q_proj,v_proj --steps 500 --set learningRate=0.0005");
        TaskArguments task = new();
        AdapterArguments adapter = new("lora");
        Option<string> model = new("--model") { HelpName = "FOLDER", Description = "The folder of the model.", Required = true };
        Option<string> data = new("--data") { HelpName = "PATH", Description = "The text: a file or a folder of text.", Required = true };
        Option<string> target = new("--out") { HelpName = "FOLDER", Description = "The folder of the adapter; the store is --home here.", Required = true };
        Option<string?> home = TaskArguments.RunHome();
        Option<int?> context = TaskArguments.Checked<int?>(
            "--context", "N", "Tokens that are seen at once. Default: 128, or as many as the model reads.", n => n >= 1, "1 or more");
        foreach (Option option in new Option[]
        {
            model, data, target, home, task.Steps, task.Minutes, task.Batch, context, task.Set, task.Clip, task.Precision, task.Seed,
            task.Threads, task.Device, task.EvaluateEvery,
        })
        {
            command.Add(option);
        }

        adapter.AddTo(command);
        command.Add(CreateMerge());
        command.SetAction(parsed =>
        {
            long? steps = parsed.GetValue(task.Steps);
            double? minutes = parsed.GetValue(task.Minutes);
            string folder = Path.GetFullPath(parsed.GetValue(target)!);
            TrainingPlan plan = new()
            {
                Task = "text",
                TaskOptions = new TaskSettings
                {
                    Data = Path.GetFullPath(parsed.GetValue(data)!),
                    Model = Path.GetFullPath(parsed.GetValue(model)!),
                    Adapter = adapter.Of(parsed),
                    Batch = parsed.GetValue(task.Batch),
                    Context = parsed.GetValue(context),
                },
                Method = "adamw",
                MethodOptions = MethodSyntax.ReadSettings(parsed.GetValue(task.Set) ?? []),
                Training = new TrainingSettings
                {
                    MaxSteps = steps is null && minutes is null ? DefaultSteps : steps,
                    MaxTime = minutes is { } m ? TimeSpan.FromMinutes(m) : null,
                    ClipNorm = parsed.GetValue(task.Clip),
                    Precision = parsed.GetValue(task.Precision) is "bfloat16" ? new PrecisionSettings { Parameters = "bfloat16" } : null,
                    EvaluateEvery = parsed.GetValue(task.EvaluateEvery) ?? 0,
                    CheckpointEvery = TimeSpan.FromMinutes(1),
                },
                Seed = parsed.GetValue(task.Seed),
                Threads = TaskArguments.ThreadsOrDefault(parsed.GetValue(task.Threads)),
                Device = parsed.GetValue(task.Device)!,
                Home = TaskArguments.FullPath(parsed.GetValue(home)),
            };
            if (folder == plan.TaskOptions.Model)
            {
                throw new UsageException("--out is the folder of the model; give the adapter one of its own.");
            }

            TextWriter error = parsed.InvocationConfiguration.Error;
            using Interruption interruption = new(error);
            TrainingOutcome outcome = TrainingDisplay.Show(
                "an adapter", error, progress => TrainingRun.Start(plan, progress, interruption.Token));
            return Report(outcome, plan, folder, parsed.GetValue(command.Json), parsed.InvocationConfiguration.Output, error);
        });
        return command;
    }

    private static int Report(TrainingOutcome outcome, TrainingPlan plan, string folder, bool json, TextWriter output, TextWriter error)
    {
        TrainingResult result = outcome.Result;
        long numbers = 0;
        if (outcome.Model is { } made)
        {
            AdapterFiles.Copy(made, folder);
            numbers = AdapterFiles.Count(folder);
        }

        double? before = result.Series.Validation.Count > 0 ? result.Series.Validation[0].Loss : null;
        if (json)
        {
            JsonDocumentWriter.Write(output, new JsonObject
            {
                ["run"] = outcome.Run.Id,
                ["model"] = plan.TaskOptions.Model,
                ["adapter"] = outcome.Model is null ? null : folder,
                ["numbers"] = numbers,
                ["loss_before"] = JsonDocumentWriter.Number(before),
                ["loss_after"] = JsonDocumentWriter.Number(result.ValidationLoss),
                ["steps"] = result.Steps,
                ["seconds"] = JsonDocumentWriter.Number(result.Seconds),
                ["per_second"] = JsonDocumentWriter.Number(result.ItemsPerSecond),
                ["peak_bytes"] = result.PeakBytes,
                ["ending"] = result.Ending.Key,
            });
        }
        else
        {
            output.WriteLine($"run          {outcome.Run.Id}");
            output.WriteLine($"ending       {result.Ending.Key} after {result.Steps} steps, "
                + Terminal.Duration(TimeSpan.FromSeconds(result.Seconds)));
            output.WriteLine($"loss before  {Terminal.Short(before)}  (on held-out text, in nats a token)");
            output.WriteLine($"loss after   {Terminal.Short(result.ValidationLoss)}");
            output.WriteLine($"rate         {Terminal.Short(result.ItemsPerSecond)} tokens a second");
            output.WriteLine($"peak memory  {Terminal.Bytes(result.PeakBytes)}");
            output.WriteLine($"adapter      {(outcome.Model is null ? "none" : $"{folder}, {Terminal.Short(numbers)} numbers")}");
        }

        return TrainVerb.Ended(result.Ending.Key, result.Ending.Advice, $"nabla resume {outcome.Run.Id}", error);
    }

    private static VerbCommand CreateMerge()
    {
        VerbCommand merge = new(
            "merge",
            "Adds adapters to a model's weights and writes the whole model to a folder.",
            "Several adapters are added one after another. The tokenizer's files are copied beside the weights. The run is in the store.",
            "nabla adapt merge --model FOLDER --adapter ADAPTER --out MERGED");
        Option<string> model = new("--model") { HelpName = "FOLDER", Description = "The folder of the model.", Required = true };
        Option<string[]> adapters = new("--adapter")
        {
            HelpName = "FOLDER",
            Description = "The folder of an adapter; repeat for several.",
            Required = true,
        };
        Option<string> target = new("--out") { HelpName = "FOLDER", Description = "Where the model goes.", Required = true };
        Option<string> precision = new("--precision")
        {
            HelpName = "float32|float64|bfloat16",
            Description = "The type in which the weights are added and written.",
            DefaultValueFactory = _ => "float32",
        };
        precision.AcceptOnlyFromAmong("float32", "float64", "bfloat16");
        Option<string?> home = TaskArguments.RunHome();
        foreach (Option option in new Option[] { model, adapters, target, precision, home })
        {
            merge.Add(option);
        }

        merge.SetAction(parsed =>
        {
            string[] folders = parsed.GetValue(adapters)!;
            string folder = Path.GetFullPath(parsed.GetValue(target)!);
            using LanguageFolder source = LanguageFolder.Load(
                parsed.GetValue(model)!, Enum.Parse<DType>(parsed.GetValue(precision)!, ignoreCase: true));
            source.RefuseOwn(folder);
            List<LoraAdapter> loaded = [];
            int layers;
            string run;
            try
            {
                loaded.AddRange(folders.Select(one => AdapterFiles.Load(one, source.Model.Module)));
                layers = loaded.Sum(one => one.Layers.Count);
                run = new MadeModel
                {
                    Verb = "adapt",
                    Method = "lora",
                    Settings = new JsonObject { ["model"] = Path.GetFullPath(parsed.GetValue(model)!), ["adapters"] = Shown(folders) },
                    Out = folder,
                    Home = TaskArguments.FullPath(parsed.GetValue(home)),
                }.Run(() =>
                {
                    loaded.ForEach(one => one.Merge(keep: false));
                    source.Save(folder);
                });
            }
            finally
            {
                loaded.ForEach(one => one.Dispose());
            }

            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(merge.Json))
            {
                JsonDocumentWriter.Write(output, new JsonObject
                {
                    ["run"] = run,
                    ["model"] = folder,
                    ["adapters"] = Shown(folders),
                    ["layers"] = layers,
                });
            }
            else
            {
                output.WriteLine($"run    {run}");
                output.WriteLine($"model  {folder}");
                output.WriteLine($"       {layers} layers with {(folders.Length == 1 ? "an adapter" : $"{folders.Length} adapters")} in their weights");
            }

            return ExitCode.Done;
        });
        return merge;
    }

    private static JsonArray Shown(string[] folders) => [.. folders.Select(one => (JsonNode)JsonValue.Create(Path.GetFullPath(one)))];
}
