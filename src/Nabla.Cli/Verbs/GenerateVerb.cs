using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Models;
using Nabla.Problems.Tokens;
using Nabla.Procedures.Adaptation;
using Nabla.Procedures.Unlearning;

namespace Nabla.Cli.Verbs;

/// <summary><c>nabla generate</c>: goes on with prompts by a model of the user's.</summary>
internal static class GenerateVerb
{
    /// <summary>Makes the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        VerbCommand command = new(
            "generate",
            "Goes on with prompts by a GPT-2 or Llama model in a folder.",
            "The folder holds config.json, tokenizer.json and the weights as safetensors. Several prompts run side by side. "
            + "Without --temperature the likeliest token is taken each time. With --adapter every adapter goes on with every prompt in turn.",
            "nabla generate --model FOLDER --prompt \"Once upon a time\" --tokens 50",
            "nabla generate --model FOLDER --prompt Yes --prompt No --temperature 0.8 --top-p 0.95 --seed 1",
            "nabla generate --model FOLDER --adapter ADAPTER --prompt \"Once upon a time\"");
        Option<string> model = new("--model") { HelpName = "FOLDER", Description = "The folder of the model.", Required = true };
        Option<string[]> adapters = new("--adapter")
        {
            HelpName = "FOLDER",
            Description = "The folder of a low-rank adapter to put beside the model; repeat for several, which take turns.",
        };
        Option<string[]> prompts = new("--prompt") { HelpName = "TEXT", Description = "What to go on with; repeat for several.", Required = true };
        Option<int> tokens = TaskArguments.Checked("--tokens", "N", "The most new tokens of a prompt.", n => n >= 1, "1 or more", 100);
        Option<double> temperature = TaskArguments.Checked(
            "--temperature", "T", "Draws tokens after dividing scores by T; 0 takes the likeliest.", t => t >= 0 && double.IsFinite(t), "0 or a positive number", 0.0);
        Option<int> topK = TaskArguments.Checked("--top-k", "K", "Draws among the K likeliest tokens; 0 for all.", k => k >= 0, "0 or more", 0);
        Option<double> topP = TaskArguments.Checked(
            "--top-p", "P", "Draws among the fewest tokens whose probabilities reach P.", p => p is > 0 and <= 1, "above 0 and at most 1", 1.0);
        Option<string> precision = new("--precision") { Description = "The type of the weights while running.", DefaultValueFactory = _ => "float32" };
        precision.AcceptOnlyFromAmong("float32", "float64", "bfloat16");
        Option<long> seed = TaskArguments.SeedOption();
        Option<int?> threads = TaskArguments.ThreadsOption();
        foreach (Option option in new Option[] { model, adapters, prompts, tokens, temperature, topK, topP, precision, seed, threads })
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            Torch.Threads = TaskArguments.ThreadsOrDefault(parsed.GetValue(threads));
            DecodingOptions options = new()
            {
                MaxNewTokens = parsed.GetValue(tokens),
                Temperature = parsed.GetValue(temperature),
                TopK = parsed.GetValue(topK),
                TopP = parsed.GetValue(topP),
                Seed = Seed.From(parsed.GetValue(seed)),
            };
            if (options.Temperature == 0 && (options.TopK > 0 || options.TopP < 1))
            {
                throw new UsageException("--top-k and --top-p choose among drawn tokens; without --temperature none is drawn. Add --temperature 1.");
            }

            return Run(
                parsed.GetValue(model)!, parsed.GetValue(adapters) ?? [], parsed.GetValue(prompts)!, options, Enum.Parse<DType>(parsed.GetValue(precision)!, ignoreCase: true),
                parsed.GetValue(command.Json), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        });
        return command;
    }

    private static int Run(
        string folder, string[] adapters, string[] prompts, DecodingOptions options, DType type, bool json, TextWriter output, TextWriter error)
    {
        using LanguageFolder source = LanguageFolder.Load(folder, type);
        ByteLevelTokenizer tokenizer = source.Tokenizer;
        options = options with { Stop = source.Model.EndTokens };
        IReadOnlyList<int>[] encoded = [.. prompts.Select(prompt => tokenizer.Encode(prompt))];
        if (Array.FindIndex(encoded, prompt => prompt.Count == 0) is >= 0 and var empty)
        {
            throw new UsageException($"Prompt {empty + 1} has no token; a model goes on from at least one. Give it a word.");
        }

        using ISavedScorer? beside = SavedScorers.Load(folder, source.Model.Module);
        if (beside is not null && adapters.Length > 0)
        {
            throw new UsageException($"'{folder}' holds {SavedScorers.Describe(folder)}, which knows the model without adapters only. Leave --adapter out, or use the original's folder.");
        }

        // All adapters are read before the first token: a wrong one is told at once.
        List<LoraAdapter?> loaded = [];
        using Interruption interruption = new(error, "Stopping.");
        try
        {
            loaded.AddRange(adapters.Select(adapter => AdapterFiles.Load(adapter, source.Model.Module)));
            if (loaded.Count == 0)
            {
                loaded.Add(null);
            }

            // One prompt is shown as it grows; several side by side could only be shown mixed.
            bool live = !json && prompts.Length == 1 && loaded.Count == 1;
            Func<int, string> decode = tokenizer.Decoder();
            if (live)
            {
                output.Write(prompts[0]);
            }

            List<IReadOnlyList<int[]>> made = [];
            Stopwatch watch = Stopwatch.StartNew();
            foreach (LoraAdapter? adapter in loaded)
            {
                adapter?.Attach();
                made.Add(TokenGeneration.Generate((ITokenScorer?)beside ?? source.Model.Language, encoded, options, live ? Show : null, interruption.Token));
                adapter?.Detach();
            }

            int count = made.Sum(texts => texts.Sum(tokens => tokens.Length));
            double perSecond = count / watch.Elapsed.TotalSeconds;
            int most = Math.Min(options.MaxNewTokens, source.Model.Language.Context - encoded.Max(prompt => prompt.Count));
            if (json)
            {
                JsonDocumentWriter.Write(output, new JsonObject
                {
                    ["model"] = Path.GetFullPath(folder),
                    ["tokens_per_second"] = JsonDocumentWriter.Number(perSecond),
                    ["texts"] = new JsonArray([.. made.SelectMany((texts, which) => prompts.Select((prompt, row) => (JsonNode)new JsonObject
                    {
                        ["prompt"] = prompt,
                        ["adapter"] = adapters.ElementAtOrDefault(which),
                        ["text"] = tokenizer.Decode(texts[row]),
                        ["tokens"] = new JsonArray([.. texts[row].Select(token => (JsonNode)JsonValue.Create(token))]),
                        ["stopped"] = texts[row].Length < most,
                    }))]),
                });
            }
            else
            {
                for (int which = 0; which < made.Count && !live; which++)
                {
                    string with = adapters.Length > 1 ? $" with {adapters[which]}" : "";
                    for (int row = 0; row < prompts.Length; row++)
                    {
                        output.WriteLine($"[{row + 1}{with}] {prompts[row]}{tokenizer.Decode(made[which][row])}");
                    }
                }

                if (live)
                {
                    output.WriteLine();
                }

                error.WriteLine($"{count} tokens, {Terminal.Short(perSecond)} a second.");
            }

            void Show(int row, int token)
            {
                output.Write(decode(token));
                output.Flush();
            }
        }
        finally
        {
            loaded.ForEach(adapter => adapter?.Dispose());
        }

        return interruption.Token.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Done;
    }
}
