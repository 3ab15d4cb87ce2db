using System.Text.Json;

namespace Nabla.Cli.Tests;

/// <summary><c>nabla unlearn</c> from files to the report, and every mistake as a sentence.</summary>
public sealed class UnlearnTests
{
    private static readonly Lazy<TemporaryFolder> Made = new(() =>
    {
        TemporaryFolder folder = new();
        NablaResult result = NablaProcess.Run("unlearn", "profiles", "--authors", "4", "--epochs", "8", "--out", System.IO.Path.Combine(folder.Path, "profiles"));
        Assert.True(result.Code == 0, result.Error);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        return folder;
    });

    /// <summary>Small profiles with their models, made once; nobody writes there.</summary>
    internal static string Profiles => System.IO.Path.Combine(Made.Value.Path, "profiles");

    [Fact]
    public void A_request_is_met_and_audited()
    {
        using TemporaryFolder folder = new();
        string output = System.IO.Path.Combine(folder.Path, "forgotten");
        JsonElement document = NablaProcess.Run(folder.Environment, [.. Request(output), "--preset", "profiles", "--set", "optimizer.learningRate=5e-4", "--set", "alpha=1", "--epochs", "2", "--audit", "--json"]).Json();
        Assert.Equal(
            ["run", "method", "before", "after", "retrained", "seconds", "report"], document.EnumerateObject().Select(p => p.Name));
        Assert.Equal(JsonValueKind.Object, document.GetProperty("retrained").ValueKind);
        double Value(string when, string metric) => document.GetProperty(when).GetProperty(metric).GetProperty("value").GetDouble();
        Assert.True(Value("after", "forget_probability") < Value("before", "forget_probability"));
        Assert.Equal(1, Value("retrained", "forget_quality"));
        Assert.Equal(
            ["value", "low", "high"], document.GetProperty("after").GetProperty("retain_probability").EnumerateObject().Select(p => p.Name));
        Assert.True(File.Exists(document.GetProperty("report").GetString()));
        foreach (string name in (string[])["audit.html", "record.json", "config.json", "model.safetensors", "tokenizer.json"])
        {
            Assert.True(File.Exists(System.IO.Path.Combine(output, name)), name);
        }

        Assert.Contains("unlearn:forget10", NablaProcess.Run(folder.Environment, "runs", "list").Output, StringComparison.Ordinal);
        Assert.Equal(0, NablaProcess.Run("generate", "--model", output, "--prompt", "Question: Who?", "--tokens", "2").Code);
    }

    [Fact]
    public void A_request_by_identifiers_needs_no_file_to_keep_and_without_an_audit_there_is_a_record()
    {
        using TemporaryFolder folder = new();
        string request = folder.File("request.json", $$"""{"data": "{{Profiles}}/full.json", "examples": ["author-00/birthplace", "author-01/genre"]}""");
        string output = System.IO.Path.Combine(folder.Path, "forgotten");
        NablaResult result = NablaProcess.Run(
            folder.Environment, "unlearn", "--model", Profiles + "/full", "--forget", request, "--method", "t3", "--epochs", "1", "--out", output);
        Assert.True(result.Code == 0, result.Error);
        Assert.Contains("record.json", result.Output, StringComparison.Ordinal);
        JsonElement record = JsonDocument.Parse(File.ReadAllText(System.IO.Path.Combine(output, "record.json"))).RootElement;
        Assert.Equal(2, record.GetProperty("asked").GetProperty("forget_examples").GetInt32());
        Assert.Equal(22, record.GetProperty("asked").GetProperty("retain_examples").GetInt32());
        Assert.Equal(JsonValueKind.Null, record.GetProperty("before").ValueKind);
        // The head stands beside the model and is used.
        string[] ask = ["--prompt", "Question: Who?\nAnswer:", "--tokens", "4", "--json"];
        Assert.Equal(0, NablaProcess.Run(["generate", "--model", output, .. ask]).Code);
        File.WriteAllText(System.IO.Path.Combine(output, "t3.safetensors"), "damaged");
        Assert.NotEqual(0, NablaProcess.Run(["generate", "--model", output, .. ask]).Code);
    }

    [Fact]
    public void Without_a_folder_the_model_goes_to_the_store_and_is_found_by_its_run()
    {
        using TemporaryFolder folder = new();
        string[] request = ["unlearn", "--model", Profiles + "/full", "--forget", Profiles + "/forget10.json", "--retain", Profiles + "/retain90.json",
            "--method", "gradient-difference", "--preset", "profiles", "--epochs", "1", "--json"];
        string run = NablaProcess.Run(folder.Environment, request).Json().GetProperty("run").GetString()!;
        request[2] = run;
        JsonElement again = NablaProcess.Run(folder.Environment, request).Json();
        JsonElement record = JsonDocument.Parse(File.ReadAllText(again.GetProperty("report").GetString()!)).RootElement;
        Assert.Equal("completed", record.GetProperty("done").GetProperty("ending").GetString());
        string own = System.IO.Path.GetDirectoryName(again.GetProperty("report").GetString())!;
        Assert.StartsWith(folder.Path, own, StringComparison.Ordinal);
        Assert.True(File.Exists(System.IO.Path.Combine(own, "model.safetensors")));

        string trained = NablaProcess.Run(folder.Environment, "train", "function:rosenbrock", "--steps", "2", "--json").Json().GetProperty("run").GetString()!;
        request[2] = trained;
        NablaResult wrong = NablaProcess.Run(folder.Environment, request);
        Assert.Equal(2, wrong.Code);
        Assert.Contains($"The run '{trained}' left no folder with a model", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_that_lacks_what_it_needs_says_so_in_a_sentence()
    {
        using TemporaryFolder folder = new();
        NablaResult result = NablaProcess.Run(folder.Environment, [.. Request(System.IO.Path.Combine(folder.Path, "out")).Select(part => part == "gradient-difference" ? "first-epoch-ga" : part)]);
        Assert.Equal(1, result.Code);
        Assert.Contains("was given none", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--forget NOFILE", 2, "There is no file 'NOFILE' with examples to forget.")]
    [InlineData("--forget UNKNOWN", 2, "names 1 example that")]
    [InlineData("--forget EMPTY", 2, "There is nothing to forget: the request 'EMPTY' names no example.")]
    [InlineData("--forget ALL", 2, "nothing would be kept")]
    [InlineData("--forget RETAIN", 2, "asks to forget all 18 examples of 'RETAIN'")]
    [InlineData("--forget FULL", 2, "asks to forget all")]
    [InlineData("--forget OVERLAP", 2, "is to be forgotten by 'OVERLAP' as well: 'author-00/birthplace'.")]
    [InlineData("--retain-examples 99", 2, "99 examples to keep were asked for, and 'RETAIN' has 18.")]
    [InlineData("--retain-examples -1", 2, "--retain-examples")]
    [InlineData("--retain NOJSON", 2, "Line 2 of 'NOJSON' is no JSON")]
    [InlineData("--retain NOANSWER", 2, "Line 1 of 'NOANSWER' has no 'answer'.")]
    [InlineData("--unseen RETAIN", 2, "which the request names as well")]
    [InlineData("--utility NOFILE", 2, "There is no file 'NOFILE'")]
    [InlineData("--refusals NOFILE", 2, "There is no file 'NOFILE'")]
    [InlineData("--model NOFILE", 2, "There is no folder and no run 'NOFILE'.")]
    [InlineData("--retrained NOFILE", 2, "There is no folder 'NOFILE'.")]
    [InlineData("--out MODEL", 2, "holds the original model, which is never written to.")]
    [InlineData("--method adamw", 2, "'adamw' is no method of unlearning. There are")]
    [InlineData("--method npoo", 2, "There is no method 'npoo'. Did you mean")]
    [InlineData("--set betta=1", 2, "'gradient-difference' has no option 'betta'.")]
    [InlineData("--set optimizer.rate=1", 2, "'adamw' has no option 'rate'.")]
    [InlineData("--optimizer npo", 2, "cannot be the optimizer of a training")]
    [InlineData("--epochs 0", 2, "--epochs")]
    [InlineData("--preset tofu", 2, "--preset")]
    [InlineData("--template Q", 2, "The template 'Q' must hold {question} once.")]
    public void Mistakes_are_one_sentence_and_nothing_is_written(string arguments, int code, string sentence)
    {
        using TemporaryFolder folder = new();
        Dictionary<string, string> files = new()
        {
            ["NOFILE"] = System.IO.Path.Combine(folder.Path, "nowhere"),
            ["UNKNOWN"] = folder.File("unknown.json", $$"""{"data": "{{Profiles}}/full.json", "examples": ["author-99/genre"]}"""),
            ["EMPTY"] = folder.File("empty.json", $$"""{"data": "{{Profiles}}/full.json", "examples": []}"""),
            ["ALL"] = folder.File("all.json", $$"""{"data": "{{Profiles}}/unseen.json", "examples": [{{string.Join(", ", new[] { "birthplace", "genre", "award", "mother", "book", "animal" }.Select(a => $"\"unseen-04/{a}\""))}}]}"""),
            ["OVERLAP"] = folder.File("overlap.json", $$"""{"data": "{{Profiles}}/full.json", "examples": ["author-00/birthplace"]}"""),
            ["NOJSON"] = folder.File("nojson.json", "{\"question\": \"a\", \"answer\": \"b\"}\nnothing\n"),
            ["NOANSWER"] = folder.File("noanswer.json", "{\"question\": \"a\"}\n"),
            ["RETAIN"] = Profiles + "/retain90.json",
            ["FULL"] = Profiles + "/full.json",
            ["MODEL"] = Profiles + "/full",
        };
        string[] words = [.. arguments.Split(' ').Select(w => files.GetValueOrDefault(w, w))];
        string output = System.IO.Path.Combine(folder.Path, "forgotten");
        List<string> line = [.. Request(output), "--audit"];
        int given = line.IndexOf(words[0]);
        if (given >= 0)
        {
            line.RemoveRange(given, 2);
        }

        NablaResult result = NablaProcess.Run(folder.Environment, [.. line, .. words]);
        string expected = files.Aggregate(sentence, (text, file) => text.Replace($"'{file.Key}'", $"'{file.Value}'", StringComparison.Ordinal));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Equal(code, result.Code);
        Assert.Equal("", result.Output);
        Assert.False(Directory.Exists(output));
    }

    [Fact]
    public void Wrong_profiles_are_refused()
    {
        using TemporaryFolder folder = new();
        string path = folder.Folder("other");
        File.WriteAllText(System.IO.Path.Combine(path, "x.txt"), "x");
        NablaProcess.Run("unlearn", "profiles", "--authors", "3", "--out", path).Fails(2, "between 4 and 60");
        NablaProcess.Run("unlearn", "profiles", "--split", "forget50", "--out", path).Fails(2, "forget50");
        NablaProcess.Run(folder.Environment, "compare", "unlearning", "--profiles", path).Fails(2, "holds other things than profiles");
        NablaProcess.Run(folder.Environment, "compare", "unlearning", "--profiles", Profiles).Fails(2, "holds profiles of another making");
        NablaProcess.Run(folder.Environment, "compare", "unlearning", "--methods", "sgd").Fails(2, "is no method of unlearning");
        NablaProcess.Run(folder.Environment, "compare", "unlearning", "--methods", "npo", "--set", "npo.x=1").Fails(2, "has no option 'x'");
        NablaProcess.Run(folder.Environment, "compare", "unlearning", "--tune", "13").Fails(2, "between 0 and 12");
        NablaProcess.Run(folder.Environment, "compare", "unlearning", "--tune", "2", "--settings", "x.json").Fails(2, "Give one of the two");
        NablaProcess.Run(folder.Environment, "compare", "unlearning", "--settings", path + "/x.txt").Fails(2, "holds no settings of methods");
        NablaProcess.Run(folder.Environment, [.. Request(path), "--leads", "both"]).Fails(2, "both");
        NablaProcess.Run(folder.Environment, [.. Request(path + "/out"), "--audit", "--knowledge", path + "/none.json"]).Fails(2, "There is no file");
    }

    /// <summary>A request on the made profiles.</summary>
    internal static string[] Request(string output) =>
    [
        "unlearn", "--model", Profiles + "/full", "--forget", Profiles + "/forget10.json", "--retain", Profiles + "/retain90.json",
        "--retrained", Profiles + "/retrained", "--unseen", Profiles + "/unseen.json", "--utility", Profiles + "/world_facts.json",
        "--method", "gradient-difference", "--tokens", "12", "--out", output,
    ];
}
