using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nabla.Engine;
using Nabla.Problems.Models;
using Nabla.Procedures.Adaptation;

namespace Nabla.Bench;

/// <summary>A random Llama of 100 million parameters: generation, LoRA training and memory, here and in PyTorch.</summary>
internal static class LlamaBench
{
    private const int Rank = 8;
    private const double Alpha = 16;
    private const double Rate = 1e-3;
    private const int Prompt = 32;
    private const int Tokens = 16;
    private const int Batch = 4;
    private const int Length = 128;
    private const string Configuration = """
        {"model_type": "llama", "vocab_size": 16384, "hidden_size": 768, "intermediate_size": 2048, "num_hidden_layers": 12,
         "num_attention_heads": 12, "num_key_value_heads": 4, "max_position_embeddings": 512, "rms_norm_eps": 1e-6,
         "rope_theta": 10000.0, "initializer_range": 0.02, "tie_word_embeddings": false}
        """;

    /// <summary>Measures in turn and writes a section of Markdown.</summary>
    public static string Run(string root, int threads, int generations, int steps)
    {
        var (figures, page) = Measure(root, threads, generations, steps);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"in processor time: generation {Rounds.Median([.. figures.Generation.Select(turn => turn.ProcessorRatio)]):F2} x, training {Rounds.Median([.. figures.Training.Select(turn => turn.ProcessorRatio)]):F2} x"));

        return page;
    }

    private static (LlamaFigures Figures, string Page) Measure(string root, int threads, int generations, int steps)
    {
        var folder = Directory.CreateTempSubdirectory("nabla-bench");
        try
        {
            var (model, adapter) = (Path.Combine(folder.FullName, "model"), Path.Combine(folder.FullName, "adapter"));
            var count = Write(model, adapter, JsonNode.Parse(Configuration)!.AsObject());
            var figures = new LlamaFigures { Parameters = count };
            Times(figures, root, model, adapter, threads, generations, steps);
            foreach (var what in new[] { "generate", "train" })
            {
                figures.Peaks[what] = (Own(model, adapter, threads, what), Theirs(root, model, adapter, threads, what));
            }

            return (figures, Page(figures, threads));
        }
        finally
        {
            folder.Delete(true);
        }
    }

    /// <summary>What the process started by this bench does: one kind of work, and its peak memory on standard output.</summary>
    public static void Memory(string model, string adapter, int threads, string what)
    {
        Torch.Threads = threads;
        Warm(threads);
        var before = LlamaSide.Resident("VmRSS");
        using var side = new LlamaSide(model, adapter, threads, Rate);
        var loaded = LlamaSide.Resident("VmHWM") - before;
        if (what == "generate")
        {
            side.Generate([.. Start()], Tokens);
        }
        else
        {
            var (inputs, targets) = Text(0);
            side.Train(inputs, targets, Batch);
            side.Train(inputs, targets, Batch);
        }

        Console.WriteLine(JsonSerializer.Serialize(new { loaded, peak = LlamaSide.Resident("VmHWM") - before }));
    }

    /// <summary>What the runtime and the libraries take for themselves with a first, tiny model is no part of the measured one.</summary>
    private static void Warm(int threads)
    {
        var folder = Directory.CreateTempSubdirectory("nabla-bench");
        try
        {
            var configuration = JsonNode.Parse(Configuration)!.AsObject();
            (configuration["num_hidden_layers"], configuration["vocab_size"]) = (1, 256);
            Write(folder.FullName, folder.FullName, configuration);
            using var side = new LlamaSide(folder.FullName, folder.FullName, threads, Rate);
            side.Generate([1, 2, 3], 2);
            side.Train(new long[64], new long[64], 1);
            side.Train(new long[64], new long[64], 1);
        }
        finally
        {
            folder.Delete(true);
        }

        GC.Collect();
        File.WriteAllText("/proc/self/clear_refs", "5");
    }

    private static double Write(string model, string adapter, JsonObject configuration)
    {
        using var made = PretrainedModel.Create(configuration, new Seed(1));
        made.Save(model);
        using var lora = new LoraAdapter(made.Module, new LoraOptions { Rank = Rank, Alpha = Alpha }, new Seed(2));
        AdapterFiles.Save(adapter, lora);
        return made.Module.Parameters.Sum(parameter => (double)parameter.Value.ElementCount);
    }

    private static void Times(LlamaFigures figures, string root, string model, string adapter, int threads, int generations, int steps)
    {
        using var peer = new PeerSession(root, "llama_peer.py", threads);
        figures.PeerVersion = peer.Greeting.GetProperty("version").GetString()!;
        peer.Ask(new { @do = "load", model, adapter, rank = Rank, alpha = Alpha });
        using var side = new LlamaSide(model, adapter, threads, Rate);
        // The first turn of each kind is not counted: pages, threads and tables are made in it.
        for (var turn = 0; turn <= generations; turn++)
        {
            var (tokens, time) = side.Generate([.. Start()], Tokens);
            var answer = peer.Ask(new { @do = "generate", prompt = Start(), tokens = Tokens });
            var theirs = answer.GetProperty("tokens").EnumerateArray().Select(token => token.GetInt32());
            figures.SameTokens &= theirs.SequenceEqual(tokens);
            if (turn > 0)
            {
                figures.Generation.Add(Turn(Tokens, time, answer));
            }
        }

        for (var turn = 0; turn <= steps; turn++)
        {
            var (inputs, targets) = Text(turn);
            var (loss, time) = side.Train(inputs, targets, Batch);
            var answer = peer.Ask(new { @do = "train", inputs = inputs.Chunk(Length), targets = targets.Chunk(Length), rate = Rate });
            figures.WorstLoss = Math.Max(figures.WorstLoss, Math.Abs((answer.GetProperty("loss").GetDouble() / loss) - 1));
            if (turn > 0)
            {
                figures.Training.Add(Turn(inputs.Length, time, answer));
            }
        }
    }

    private static LlamaTurn Turn(int tokens, LlamaTime own, JsonElement theirs) => new(
        tokens / own.Clock, tokens / theirs.GetProperty("seconds").GetDouble(), theirs.GetProperty("processor").GetDouble() / own.Processor);

    private static (double Loaded, double Peak) Own(string model, string adapter, int threads, string what)
    {
        string[] arguments = [typeof(LlamaBench).Assembly.Location, "llama-memory", model, adapter, threads.ToString(CultureInfo.InvariantCulture), what];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        using var document = JsonDocument.Parse(process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        return (document.RootElement.GetProperty("loaded").GetDouble(), document.RootElement.GetProperty("peak").GetDouble());
    }

    private static double Theirs(string root, string model, string adapter, int threads, string what)
    {
        using var peer = new PeerSession(root, "llama_peer.py", threads);
        peer.Ask(new { @do = "load", model, adapter, rank = Rank, alpha = Alpha });
        if (what == "generate")
        {
            return peer.Ask(new { @do = "generate", prompt = Start(), tokens = Tokens }).GetProperty("peak").GetDouble();
        }

        var (inputs, targets) = Text(0);
        var question = new { @do = "train", inputs = inputs.Chunk(Length), targets = targets.Chunk(Length), rate = Rate };
        peer.Ask(question);
        return peer.Ask(question).GetProperty("peak").GetDouble();
    }

    private static IEnumerable<int> Start() => Enumerable.Range(0, Prompt).Select(i => (i * 37) + 5);

    private static (long[] Inputs, long[] Targets) Text(int step)
    {
        var random = new RandomStream(new Seed((ulong)(step + 10)));
        long[] drawn = [.. Enumerable.Range(0, Batch * Length).Select(_ => random.NextLong(16384))];
        return (drawn, [.. drawn.Skip(1), 0]);
    }

    /// <summary>
    /// The bytes of LoRA training that no rearrangement saves: the weights, the factors with their gradients and AdamW's two
    /// states, and of the forward pass what the backward pass reads: of a block two streams, the inputs of the seven layers,
    /// queries, keys, values, attention weights, gate, up and what the gate became; last the scores and their derivative.
    /// </summary>
    private static double Needed(double parameters)
    {
        const double Width = 768, Inner = 2048, Keys = 256, Blocks = 12, Heads = 12, Vocabulary = 16384, Rows = Batch * Length;
        var factors = Blocks * Rank * ((2 * 2 * Width) + (2 * (Width + Keys)) + (3 * (Width + Inner)));
        var row = (2 * Width) + (3 * Width) + Inner + Width + (2 * Keys) + (Heads * Length) + (3 * Inner) + (7 * Rank);
        return 4 * (parameters + (4 * factors) + (Rows * Blocks * row) + (2 * Rows * Vocabulary));
    }

    private static string Page(LlamaFigures f, int threads)
    {
        var c = CultureInfo.InvariantCulture;
        var weights = 4 * f.Parameters;
        var page = new StringBuilder();
        page.AppendLine("## Language models").AppendLine();
        page.AppendLine(c, $"A random Llama of {f.Parameters / 1e6:F1} M parameters (width 768, 12 layers, 12 heads that share 4 keys) in float32, {threads} threads,");
        page.AppendLine(c, $"beside the same architecture in PyTorch {f.PeerVersion}; the two compute in turn, and ratios are medians over {f.Generation.Count} and {f.Training.Count} turns.");
        page.AppendLine(c, $"Generation goes on greedily from {Prompt} tokens for {Tokens}; the tokens are {(f.SameTokens ? "the same" : "**not the same**")}. Training is AdamW on LoRA factors of");
        page.AppendLine(c, $"rank {Rank} beside all linear layers, {Batch} × {Length} tokens a step; losses differ by {f.WorstLoss:E1} in proportion. Memory is the peak over what");
        page.AppendLine(c, $"is resident before the weights ({weights / 1048576:F0} MiB) are read.").AppendLine();
        page.AppendLine("| what | Nabla | PyTorch | ratio | goal | holds |").AppendLine("|---|---:|---:|---:|---|---|");
        Rate("generation, tokens a second", f.Generation);
        Rate("LoRA training, tokens a second", f.Training);
        Peak("peak memory of generation, MiB", "generate", weights);
        Peak("peak memory of LoRA training, MiB", "train", Needed(f.Parameters));
        page.AppendLine().AppendLine(c, $"What training needs is counted as {Needed(f.Parameters) / 1048576:F0} MiB: weights, factors with gradients and states, what the backward pass reads, scores and");
        page.AppendLine(c, $"their derivative. After loading {f.Peaks["generate"].Own.Loaded / 1048576:F0} MiB were resident at most.");
        return page.ToString();

        void Rate(string what, List<LlamaTurn> turns)
        {
            var ratio = Rounds.Median([.. turns.Select(turn => turn.Own / turn.Theirs)]);
            page.AppendLine(c, $"| {what} | {Rounds.Median([.. turns.Select(t => t.Own)]):F1} | {Rounds.Median([.. turns.Select(t => t.Theirs)]):F1} | {ratio:F2} × | at least 1.0 × | {(ratio >= 1 ? "yes" : "**no**")} |");
        }

        void Peak(string what, string kind, double needed)
        {
            var (own, theirs) = f.Peaks[kind];
            page.AppendLine(c, $"| {what} | {own.Peak / 1048576:F0} | {theirs / 1048576:F0} | {own.Peak / needed:F2} × of what it needs | at most 1.1 × | {(own.Peak <= 1.1 * needed ? "yes" : "**no**")} |");
        }
    }
}
