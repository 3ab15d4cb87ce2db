using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Nabla.Bench;
using Nabla.Engine;

// Measures Nabla beside PyTorch on this machine and writes docs/benchmarks.md from what it measured.
// Run it with nothing else running: dotnet run --project bench/Nabla.Bench -c Release
const int Threads = 2;
const int Parameters = 20_000_000;
var root = Root();
var culture = CultureInfo.InvariantCulture;

// Peers inherit the settings of OpenMP and OpenBLAS that loading libtorch makes here.
Torch.EnsureLoaded();

if (args is ["store"])
{
    var (nanoseconds, share) = StoreBench.Measure();
    Console.WriteLine($"run store: {nanoseconds.ToString("F0", culture)} ns a measurement, {share.ToString("P2", culture)} of a core at a thousand steps a second");
    return 0;
}

if (args is ["gala"])
{
    foreach (var line in GalaBench.Run(Threads, rounds: 5))
    {
        Console.WriteLine(line);
    }

    return 0;
}

if (args is ["adapters"])
{
    foreach (var line in AdapterBench.Run(Parameters, Threads, rounds: 25))
    {
        Console.WriteLine(line);
    }

    return 0;
}

if (args is ["matrix", _, ..])
{
    // matrix [METHOD [THREADS [ROWSxCOLUMNS]]]
    var figures = MatrixBench.Run(
        root,
        args.Length > 2 ? int.Parse(args[2], culture) : Threads,
        args.ElementAtOrDefault(1) is { } only && only != "all" ? only : null,
        args.Length > 3 ? [.. args[3..].Select(s => s.Split('x')).Select(s => (int.Parse(s[0], culture), int.Parse(s[1], culture)))] : null).ToArray();
    var table = new StringBuilder();
    MatrixTable.Append(table, figures);
    Console.WriteLine(table);
    foreach (var f in figures)
    {
        var outside = string.Join(", ", f.Outside.Take(12).Select(o => string.Create(culture, $"{o.Operator} {o.Milliseconds:F2} ms")));
        Console.WriteLine(string.Create(
            culture,
            $"{f.Method} {f.Variant} {f.Rows}x{f.Columns}: {f.Ratios.Length} pairs, {f.ProcessorRatio:F2} x in processor time; outside products {outside}"));
    }

    return 0;
}

if (args is ["mixtures", _, ..])
{
    Console.WriteLine(MixtureBench.Run(root, Threads, int.Parse(args[1], culture), args.Length > 2 ? int.Parse(args[2], culture) : 3));
    return 0;
}

if (args is ["llama-memory", var model, var adapter, var count, var what])
{
    LlamaBench.Memory(model, adapter, int.Parse(count, culture), what);
    return 0;
}

if (args is ["llama", var generations, var steps, var own])
{
    // llama TURNS STEPS THREADS: a short look.
    Console.WriteLine(LlamaBench.Run(root, int.Parse(own, culture), int.Parse(generations, culture), int.Parse(steps, culture)));
    return 0;
}

if (args is ["unlearning", _, _])
{
    // unlearning PARAMETERS GRADIENTS
    Console.WriteLine(UnlearningBench.Run(root, Threads, int.Parse(args[1], culture), int.Parse(args[2], culture)));
    return 0;
}

// Each section is written as soon as it was measured, so that a run that is stopped loses one at most.
(string Name, string Heading, Func<string> Measure)[] sections =
[
    ("steps", "Steps", Steps),
    ("matrix", "Matrix methods", Matrices),
    ("attribution", "Learning from attribution sets", Attribution),
    ("mixtures", "Mixtures of experts", () => MixtureBench.Run(root, Threads, 1_000_000, rounds: 3)),
    ("solvers", "Solvers", Solvers),
    ("unlearning", "Unlearning", () => UnlearningBench.Run(root, Threads, 1_000_000, 512)),
    ("llama", "Language models", () => LlamaBench.Run(root, Threads, generations: 9, steps: 7)),
];
if (args.Length > 0 && !Array.Exists(sections, section => section.Name == args[0]))
{
    Console.Error.WriteLine($"There is no section '{args[0]}'; there are {string.Join(", ", sections.Select(s => s.Name))}, and gala, adapters and store.");
    return 2;
}

foreach (var section in sections.Where(section => args.Length == 0 || section.Name == args[0]))
{
    var text = section.Measure();
    Console.WriteLine(text);
    BenchmarkPage.Record(root, text, [.. sections.Select(s => s.Heading)]);
}

return 0;

string Steps()
{
    var add = BridgeBench.AddMicroseconds();
    Console.WriteLine($"aten::add: {add.ToString("F2", culture)} us");
    var gpt = GptBench.Run(root, Threads, steps: 60, rounds: 3);
    Console.WriteLine($"GPT: {gpt}");
    var fused = Command("bench", "optimizers", "--parameters", $"{Parameters}", "--threads", $"{Threads}", "--json");
    var adamw = Peer.Run(root, "adamw_peer.py", Threads, $"{Parameters}", $"{Threads}");

    var stored = StoreBench.Measure();
    var settings = string.Join(", ", ((string[])["OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "OPENBLAS_THREAD_TIMEOUT", "OPENBLAS_CORETYPE"]).Select(name => (name, Environment.GetEnvironmentVariable(name))).Where(s => s.Item2 is not null).Select(s => $"{s.name}={s.Item2}"));

    var page = new StringBuilder();
    page.AppendLine("## Steps").AppendLine();
    page.AppendLine(culture, $"{Environment.ProcessorCount} cores, {Threads} threads, PyTorch {gpt.PeerVersion} beside it in the same run, with the same settings of OpenMP and OpenBLAS ({settings}).").AppendLine();
    page.AppendLine("| what | measured | goal | holds |").AppendLine("|---|---|---|---|");
    Row("one call of `aten::add` on four floats", $"{add.ToString("F2", culture)} µs", "at most 2.5 µs", add <= 2.5);
    Row(
        "GPT training with AdamW, tokens a second against PyTorch",
        $"{gpt.TokensPerSecond.ToString("F0", culture)} against {gpt.PeerTokensPerSecond.ToString("F0", culture)}: {(gpt.TokensPerSecond / gpt.PeerTokensPerSecond).ToString("F2", culture)} ×",
        "at least 1.0 ×",
        gpt.TokensPerSecond >= gpt.PeerTokensPerSecond);
    Row(
        "largest relative difference of the first 20 losses",
        gpt.WorstLossDifference.ToString("E1", culture), "rounding: at most 1E-4", gpt.WorstLossDifference <= 1e-4);
    Row(
        $"the run store while training: share of a step of 1 ms with three measurements ({stored.AppendNanoseconds.ToString("F0", culture)} ns each)",
        stored.ShareOfStep.ToString("P2", culture), "at most 1 %", stored.ShareOfStep <= 0.01);
    foreach (var method in fused.GetProperty("methods").EnumerateArray())
    {
        var name = method.GetProperty("name").GetString()!;
        var milliseconds = method.GetProperty("ms").GetDouble();
        var triad = method.GetProperty("triad_gb_per_s").GetDouble();
        var ideal = Parameters * method.GetProperty("bytes_per_parameter").GetDouble() / triad / 1e6;
        Row(
            $"fused `{name}`, {Parameters / 1_000_000} M parameters, against bytes ÷ triad ({triad.ToString("F1", culture)} GB/s)",
            $"{milliseconds.ToString("F1", culture)} ms: {(milliseconds / ideal).ToString("F2", culture)} ×", "at most 1.15 ×", milliseconds <= 1.15 * ideal);
        if (name == "adamw")
        {
            foreach (var (kind, factor) in new[] { ("single", 2.0), ("foreach", 4.0) })
            {
                var peer = adamw.GetProperty($"{kind}_ms").GetDouble();
                Row(
                    $"fused `adamw` against torch.optim.AdamW ({kind})",
                    $"{peer.ToString("F1", culture)} ms there: {(peer / milliseconds).ToString("F1", culture)} × faster",
                    $"at least {factor.ToString("F0", culture)} ×",
                    peer >= factor * milliseconds);
            }
        }
    }

    var one = Command("bench", "optimizers", "--methods", "adamw,mvn-grad,sgd", "--parameters", $"{Parameters}", "--threads", $"{Threads}", "--json");
    foreach (var (layout, words) in new[] { ("separate", "each in its own memory"), ("block", "views of one block") })
    {
        var many = Command("bench", "optimizers", "--methods", "adamw,mvn-grad,sgd", "--parameters", $"{Parameters}", "--tensors", "10000", "--layout", layout, "--threads", $"{Threads}", "--json");
        foreach (var (alone, split) in one.GetProperty("methods").EnumerateArray().Zip(many.GetProperty("methods").EnumerateArray()))
        {
            var (whole, parts) = (alone.GetProperty("ms").GetDouble(), split.GetProperty("ms").GetDouble());
            Row(
                $"fused `{alone.GetProperty("name").GetString()}`, 10,000 tensors ({words}) against one of the same total",
                $"{parts.ToString("F1", culture)} ms against {whole.ToString("F1", culture)} ms: {(parts / whole).ToString("F2", culture)} ×",
                "at most 1.3 ×",
                parts <= 1.3 * whole);
        }
    }

    foreach (var (alone, adapted) in AdapterBench.Pairs)
    {
        var (plain, with, ratio) = AdapterBench.Measure(alone, adapted, Parameters, Threads, rounds: 25);
        var (read, moved) = AdapterBench.Traffic(alone, adapted);
        Row(
            $"`{adapted}` against the fused step of `{alone}` alone",
            $"{(1e3 * with).ToString("F1", culture)} ms against {(1e3 * plain).ToString("F1", culture)} ms: {ratio.ToString("F2", culture)} × (bytes moved {moved.ToString("F2", culture)} ×, bytes read {read.ToString("F2", culture)} ×)",
            "at most 1.4 ×",
            ratio <= 1.4);
    }

    page.AppendLine().AppendLine("What `gala` adds to the training of a small GPT, its second gradient among it:").AppendLine();
    foreach (var line in GalaBench.Run(Threads, rounds: 5))
    {
        page.AppendLine(culture, $"* {line}");
    }

    page.AppendLine().AppendLine("An adapter's bytes are counted by its steps. A rate that follows from sums over this step's gradients needs them before the first")
        .AppendLine("number is changed, so gradients are read twice: with 20 M parameters nothing stays in a cache from one pass to the next.");
    page.AppendLine().AppendLine("A ratio to the triad below 1 is possible: the triad writes an array that it has not read, which costs the memory a")
        .AppendLine("hidden read that its figure does not count; a step writes in place.");
    return page.ToString();

    void Row(string what, string measured, string goal, bool holds) =>
        page.AppendLine(culture, $"| {what} | {measured} | {goal} | {(holds ? "yes" : "**no**")} |");
}

string Matrices()
{
    // Public code is not part of the project; without it the page says what was left out.
    var page = new StringBuilder();
    if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NABLA_REFERENCES")))
    {
        page.AppendLine("## Matrix methods").AppendLine()
            .AppendLine("They were not measured: NABLA_REFERENCES named no folder with KellerJordan/Muon, nikhilvyas/SOAP and")
            .AppendLine("jettify/pytorch-optimizer.");
    }
    else
    {
        MatrixTable.Append(page, MatrixBench.Run(root, Threads).ToArray());
    }

    return page.ToString();
}

string Attribution()
{
    var page = new StringBuilder();
    AttributionBench.Append(page, AttributionBench.Run(root, 1_000_000, rounds: 7));
    return page.ToString();
}

string Solvers()
{
    var page = new StringBuilder();
    SolverBench.Append(page, SolverBench.Run(root));
    return page.ToString();
}

JsonElement Command(params string[] arguments)
{
    var start = new ProcessStartInfo(Path.Combine(root, "nabla"), arguments) { RedirectStandardOutput = true };
    using var process = Process.Start(start)!;
    using var document = JsonDocument.Parse(process.StandardOutput.ReadToEnd());
    process.WaitForExit();
    return document.RootElement.Clone();
}

static string Root([CallerFilePath] string file = "") =>
    Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
