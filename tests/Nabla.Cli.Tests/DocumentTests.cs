using System.Text.Json;
using System.Text.RegularExpressions;
using Nabla.Testing;

namespace Nabla.Cli.Tests;

/// <summary>Holds the documents that verbs print equal to docs/json-documents.md: every key, every type, no more and no less.</summary>
public sealed partial class DocumentTests
{
    private const string OrNull = " or null";

    [Fact]
    public void Methods_and_doctor()
    {
        Holds("methods", NablaProcess.Run("methods", "--json").Json());
        foreach (string method in (string[])["adamw", "muon", "lookahead(sgd)", "cautious", "npo"])
        {
            Holds("explain", NablaProcess.Run("explain", method, "--json").Json());
        }

        using TemporaryFolder folder = new();
        Holds("doctor", NablaProcess.Run(folder.Environment, "doctor", "--json").Json());
    }

    [Fact]
    public void Bench() =>
        Holds("bench optimizers", NablaProcess.Run("bench", "optimizers", "--methods", "sgd", "--parameters", "100000", "--json").Json());

    [Fact]
    public void Minimize_and_compare_problems()
    {
        using TemporaryFolder folder = new();
        Holds("minimize", NablaProcess.Run(folder.Environment, "minimize", "beale", "--json").Json());
        Holds("minimize", NablaProcess.Run(folder.Environment, "minimize", "hs6", "--json").Json());
        Holds("minimize --list", NablaProcess.Run(folder.Environment, "minimize", "--list", "--json").Json());
        Holds("compare problems", NablaProcess.Run(
            folder.Environment, "compare", "problems", "--solvers", "lbfgs,gradient", "--problems", "beale,meyer", "--gradients", "50", "--json").Json());
    }

    [Fact]
    public void Trace()
    {
        using TemporaryFolder folder = new();
        string input = folder.File("in.json", """{"parameters": {"w": {"shape": [2], "values": [1, 2]}}, "gradients": [{"w": [1e30, 0.5]}]}""");
        Holds("trace", NablaProcess.Run("trace", "--optimizer", "sgd", "--set", "learningRate=1e20", "--input", input, "--json").Json());
    }

    [Fact]
    public void Train_runs_and_compare()
    {
        using TemporaryFolder folder = new();
        string text = folder.Text();
        string[] few = ["--data", text, "--steps", "3", "--json", .. TrainTests.Tiny];
        JsonElement two = NablaProcess.Run(folder.Environment, ["train", "text", "--seeds", "2", .. few]).Json();
        Holds("train", two);
        Assert.All(two.GetProperty("seeds").EnumerateArray(), one => Holds("train", one));
        // What is not finite is null: a rate that blows the model up.
        NablaResult blown = NablaProcess.Run(
            folder.Environment, ["train", "text", "--optimizer", "sgd", "--set", "learningRate=1e30", "--clip", "1e30", .. few]);
        JsonElement document = blown.Json(code: 1);
        Holds("train", document);
        Assert.Equal("non-finite", document.GetProperty("ending").GetString());
        string run = two.GetProperty("run").GetString()!;
        Holds("runs show", NablaProcess.Run(folder.Environment, "runs", "show", run, "--json").Json());
        Holds("runs delete", NablaProcess.Run(folder.Environment, "runs", "delete", run, "--yes", "--json").Json());
        Holds("runs list", NablaProcess.Run(folder.Environment, "runs", "list", "--json").Json());
        Holds("compare", NablaProcess.Run(
            folder.Environment,
            ["compare", "text", "--optimizers", "adamw,sgd", "--set", "sgd.learningRate=1e30", .. few]).Json());
    }

    [Fact]
    public void Unlearn()
    {
        using TemporaryFolder folder = new();
        string[] quick = ["--preset", "profiles", "--epochs", "1", "--json"];
        Holds("unlearn", NablaProcess.Run(folder.Environment, [.. UnlearnTests.Request(Path.Combine(folder.Path, "a")), "--audit", .. quick]).Json());
        Holds("unlearn", NablaProcess.Run(folder.Environment, [.. UnlearnTests.Request(Path.Combine(folder.Path, "b")), .. quick]).Json());
        Holds("unlearn profiles", NablaProcess.Run("unlearn", "profiles", "--authors", "4", "--epochs", "1", "--out", Path.Combine(folder.Path, "p"), "--json").Json());
        Holds("compare unlearning", NablaProcess.Run(
            folder.Environment, "compare", "unlearning", "--methods", "npo,t3", "--authors", "4", "--training-epochs", "8", "--profiles", UnlearnTests.Profiles, "--json").Json());
    }

    [Fact]
    public void Compare_suite()
    {
        using TemporaryFolder folder = new();
        Holds("compare suite", NablaProcess.Run(
            folder.Environment, "compare", "suite", "--optimizers", "adamw,sgd", "--set", "sgd.learningRate=1e30", "--workloads", "valley,factorization",
            "--steps", "300", "--threads", "1", "--targets", SuiteTests.EasyTargets(folder), "--json").Json());
    }

    [Fact]
    public void Generate()
    {
        using TemporaryFolder folder = new();
        string model = GenerateTests.Model(folder);
        string adapter = AdaptTests.Adapter(folder, model, "adapter", 1);
        Holds("generate", NablaProcess.Run("generate", "--model", model, "--prompt", "x", "--tokens", "2", "--json").Json());
        Holds("generate", NablaProcess.Run("generate", "--model", model, "--adapter", adapter, "--prompt", "x", "--tokens", "2", "--json").Json());
        Holds("merge", NablaProcess.Run(folder.Environment, "merge", "--average", model, "--out", model + "-mean", "--json").Json());
        Holds("adapt merge", NablaProcess.Run(folder.Environment, "adapt", "merge", "--model", model, "--adapter", adapter, "--out", model + "-merged", "--json").Json());
        Holds("adapt", NablaProcess.Run(
            folder.Environment, "adapt", "--model", model, "--data", folder.Text(), "--out", adapter, "--steps", "1", "--context", "16", "--json").Json());
    }

    [Fact]
    public void Mixtures()
    {
        using TemporaryFolder folder = new();
        string data = folder.File("houses.csv", MixtureTests.Regimes(60));
        string model = Path.Combine(folder.Path, "model.json");
        Holds("mixture fit", NablaProcess.Run(
            folder.Environment, "mixture", "fit", "--data", data, "--label", "price", "--set", "restarts=1", "--model", model, "--json").Json());
        Holds("mixture predict", NablaProcess.Run(
            folder.Environment, "mixture", "predict", "--model", model, "--data", data, "--output", Path.Combine(folder.Path, "p.csv"), "--json").Json());
        Holds("convexnet fit", NablaProcess.Run(
            folder.Environment, "convexnet", "fit", "--data", data, "--label", "price", "--set", "patterns=10", "--iterations", "20", "--model", model, "--json").Json());
        Holds("convexnet predict", NablaProcess.Run(
            folder.Environment, "convexnet", "predict", "--model", model, "--data", data, "--output", Path.Combine(folder.Path, "p.csv"), "--json").Json());
        Holds("mixture study", NablaProcess.Run(
            folder.Environment, "mixture", "study", "--experts", "1", "--signals", "4", "--seeds", "1", "--rows", "50", "--columns", "2", "--json").Json());
    }

    [Fact]
    public void Claims()
    {
        using TemporaryFolder folder = new();
        Holds("reproduce", NablaProcess.Run(folder.Environment, "reproduce", "mvn-grad/bounded-spike", "--json").Json());
        Holds("reproduce", NablaProcess.Run(
            folder.Environment, "reproduce", "mvn-grad/bounded-spike", "--mutant", "stale-variance", "--json").Json());
        JsonElement all = NablaProcess.Run(folder.Environment, "claims", "mvn-grad", "--json").Json();
        Holds("claims", all);
        Assert.Contains(all.EnumerateArray(), claim => claim.GetProperty("verdict").ValueKind == JsonValueKind.Null);
        Assert.Contains(all.EnumerateArray(), claim => claim.GetProperty("verdict").ValueKind != JsonValueKind.Null);
    }

    internal static void Holds(string verb, JsonElement document)
    {
        string page = File.ReadAllText(Path.Combine(GoldenVector.Folder, "..", "docs", "json-documents.md"));
        bool Names(Match match, Func<string, bool> names) => match.Groups[1].Value.Split(", ").Any(names);
        Match section = Section().Matches(page).SingleOrDefault(match => Names(match, name => name == $"nabla {verb}"))
            ?? Section().Matches(page).Single(match => Names(match, name => name.StartsWith($"nabla {verb}", StringComparison.Ordinal)));
        using JsonDocument template = JsonDocument.Parse(section.Groups[2].Value);
        List<string> wrong = [];
        Compare(verb, template.RootElement, document, wrong);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(20)) + "\n" + document.GetRawText()[..Math.Min(2000, document.GetRawText().Length)]);
    }

    private static void Compare(string path, JsonElement template, JsonElement value, List<string> wrong)
    {
        switch (template.ValueKind)
        {
            case JsonValueKind.Array when value.ValueKind == JsonValueKind.Array:
                foreach (JsonElement element in value.EnumerateArray())
                {
                    Compare(path + "[]", template[0], element, wrong);
                }

                break;
            case JsonValueKind.Object when value.ValueKind == JsonValueKind.Object:
                Keys(path, template, value, wrong);
                break;
            case JsonValueKind.String:
                if (!Is(value, template.GetString()!))
                {
                    wrong.Add($"{path} is {value.GetRawText()}, not '{template.GetString()}'.");
                }

                break;
            default:
                wrong.Add($"{path} is {value.ValueKind}, not {template.ValueKind}.");
                break;
        }
    }

    private static void Keys(string path, JsonElement template, JsonElement value, List<string> wrong)
    {
        Dictionary<string, JsonElement> known = template.EnumerateObject().ToDictionary(p => Plain(p.Name), p => p.Value);
        foreach (JsonProperty property in template.EnumerateObject())
        {
            if (property.Name != "*" && !property.Name.EndsWith('?') && !value.TryGetProperty(Plain(property.Name), out _))
            {
                wrong.Add($"{path}.{property.Name} is missing.");
            }
        }

        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Null && template.TryGetProperty(property.Name + OrNull, out _))
            {
                continue;
            }

            if (known.TryGetValue(property.Name, out JsonElement one) || known.TryGetValue("*", out one))
            {
                Compare($"{path}.{property.Name}", one, property.Value, wrong);
            }
            else
            {
                wrong.Add($"{path}.{property.Name} is not on the page.");
            }
        }
    }

    private static string Plain(string key) => key.Replace(OrNull, "", StringComparison.Ordinal).TrimEnd('?');

    private static bool Is(JsonElement value, string type) => type switch
    {
        _ when value.ValueKind == JsonValueKind.String && value.GetString() is "NaN" or "Infinity" or "-Infinity" => false,
        "any" => true,
        "text" => value.ValueKind == JsonValueKind.String,
        "text or null" => value.ValueKind is JsonValueKind.String or JsonValueKind.Null,
        "number" => value.ValueKind == JsonValueKind.Number,
        "number or null" => value.ValueKind is JsonValueKind.Number or JsonValueKind.Null,
        "truth" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => throw new InvalidDataException($"There is no type '{type}' on the page."),
    };

    [GeneratedRegex("^## (.+?)\\n(?:(?!^## ).)*?```json\\n(.*?)```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Section();
}
