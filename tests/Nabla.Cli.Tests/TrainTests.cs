using System.Buffers.Binary;
using System.Text.Json;

namespace Nabla.Cli.Tests;

public sealed class TrainTests
{
    [Fact]
    public void Train_shows_its_groups_and_decay_can_be_for_all()
    {
        using TemporaryFolder folder = new();
        string[] arguments = ["train", "text", "--data", folder.Text(), "--steps", "1", "--set", "weightDecay=0.125"];
        NablaResult usual = NablaProcess.Run(folder.Environment, arguments);
        Assert.Matches(@"(?m)^group +method +weight decay +tensors +parameters +roles +names$", usual.Error.ReplaceLineEndings("\n"));
        Assert.Matches(@"(?m)^0 +adamw +off .* Vector ", usual.Error);
        Assert.Matches(@"(?m)^1 +adamw +0\.125 .* Matrix, Embedding ", usual.Error);
        NablaResult all = NablaProcess.Run(folder.Environment, [.. arguments, "--decay", "all"]);
        Assert.Matches(@"(?m)^0 +adamw +0\.125 ", all.Error);
        Assert.DoesNotMatch(@"(?m)^1 +adamw ", all.Error);
        NablaProcess.Run(folder.Environment, [.. arguments, "--decay", "some"]).Fails(2, "some", "matrices", "all");
    }

    [Fact]
    public void Train_prints_its_document_and_keeps_the_run()
    {
        using TemporaryFolder folder = new();
        NablaResult result = NablaProcess.Run(
            folder.Environment,
            ["train", "text", "--data", folder.Text(), "--optimizer", "mvn-grad", "--steps", "6", "--json", .. Tiny]);
        JsonElement document = result.Json();
        string run = document.GetProperty("run").GetString()!;
        Assert.Equal("text", document.GetProperty("task").GetString());
        Assert.Equal("mvn-grad", document.GetProperty("optimizer").GetString());
        Assert.Equal(6, document.GetProperty("steps").GetInt64());
        Assert.InRange(document.GetProperty("final_loss").GetDouble(), 1, 8);
        Assert.InRange(document.GetProperty("validation_loss").GetDouble(), 1, 8);
        Assert.True(document.GetProperty("seconds").GetDouble() > 0);
        Assert.True(document.GetProperty("per_second").GetDouble() > 0);
        Assert.True(document.GetProperty("peak_bytes").GetDouble() > 0);
        Assert.Equal("completed", document.GetProperty("ending").GetString());
        Assert.True(Directory.Exists(document.GetProperty("checkpoint").GetString()));
        Assert.DoesNotContain('\u001b', result.Error);
        Assert.Contains("step", result.Error, StringComparison.Ordinal);

        JsonElement listed = Assert.Single(NablaProcess.Run(folder.Environment, "runs", "list", "--json").Json().EnumerateArray());
        Assert.Equal(run, listed.GetProperty("run").GetString());
        Assert.Equal("train", listed.GetProperty("verb").GetString());
        Assert.Equal("text", listed.GetProperty("task").GetString());
        Assert.Equal("mvn-grad", listed.GetProperty("method").GetString());
        Assert.Equal("completed", listed.GetProperty("ending").GetString());
        Assert.Equal(6, listed.GetProperty("steps").GetInt64());
        Assert.True(DateTimeOffset.TryParse(listed.GetProperty("started").GetString(), out _));
        Assert.Equal(
            document.GetProperty("validation_loss").GetDouble(),
            NablaProcess.Run(folder.Environment, "runs", "show", run, "--json").Json().GetProperty("validation_loss").GetDouble());
    }

    [Fact]
    public void The_seed_fixes_everything_and_another_seed_differs()
    {
        using TemporaryFolder folder = new();
        string text = folder.Text();
        double Loss(string seed) => NablaProcess.Run(
            folder.Environment, ["train", "text", "--data", text, "--steps", "3", "--json", "--seed", seed, .. Tiny])
            .Json().GetProperty("final_loss").GetDouble();
        double first = Loss("5");
        Assert.Equal(first, Loss("5"));
        Assert.NotEqual(first, Loss("6"));
    }

    [Fact]
    public void A_run_that_diverges_fails_naming_step_and_parameter_and_prints_null()
    {
        using TemporaryFolder folder = new();
        NablaResult result = NablaProcess.Run(
            folder.Environment,
            ["train", "text", "--data", folder.Text(), "--optimizer", "sgd", "--set", "learningRate=1e30", "--steps", "50", "--json", .. Tiny]);
        JsonElement document = result.Json(code: 1);
        Assert.Equal("non-finite", document.GetProperty("ending").GetString());
        Assert.True(document.GetProperty("steps").GetInt64() < 50);
        Assert.Contains("step", result.Error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_wrong_usage()
    {
        using TemporaryFolder folder = new();
        NablaProcess.Run(folder.Environment, "train", "text", "--data", Path.Combine(folder.Path, "gone.txt"), "--steps", "1")
            .Fails(2, "gone.txt");
        AssertNothingWritten(folder);
    }

    [Fact]
    public void An_empty_folder_is_wrong_usage()
    {
        using TemporaryFolder folder = new();
        NablaProcess.Run(folder.Environment, "train", "text", "--data", folder.Folder("empty"), "--steps", "1").Fails(2, "empty");
        NablaProcess.Run(folder.Environment, "train", "images", "--data", folder.Folder("empty"), "--steps", "1").Fails(2, "empty");
        AssertNothingWritten(folder);
    }

    [Fact]
    public void A_truncated_idx_file_is_wrong_usage()
    {
        using TemporaryFolder folder = new();
        string data = folder.Folder("digits");
        byte[] images = new byte[16 + 100];
        BinaryPrimitives.WriteInt32BigEndian(images, 0x803);
        BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(4), 1000);
        BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(8), 28);
        BinaryPrimitives.WriteInt32BigEndian(images.AsSpan(12), 28);
        byte[] labels = new byte[8 + 1000];
        BinaryPrimitives.WriteInt32BigEndian(labels, 0x801);
        BinaryPrimitives.WriteInt32BigEndian(labels.AsSpan(4), 1000);
        foreach (string part in new[] { "train", "t10k" })
        {
            File.WriteAllBytes(Path.Combine(data, $"{part}-images-idx3-ubyte"), images);
            File.WriteAllBytes(Path.Combine(data, $"{part}-labels-idx1-ubyte"), labels);
        }

        NablaProcess.Run(folder.Environment, "train", "images", "--data", data, "--steps", "1").Fails(2, "idx");
        AssertNothingWritten(folder);
    }

    [Fact]
    public void A_csv_without_its_label_is_wrong_usage()
    {
        using TemporaryFolder folder = new();
        string csv = folder.File("rows.csv", "a,b\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"{i},{2 * i}\n")));
        NablaProcess.Run(folder.Environment, "train", "tabular", "--data", csv, "--label", "c", "--steps", "1").Fails(2, "'c'");
        NablaProcess.Run(folder.Environment, "train", "tabular", "--data", csv, "--steps", "1").Fails(2, "label");
    }

    [Fact]
    public void An_unknown_task_is_wrong_usage()
    {
        using TemporaryFolder folder = new();
        NablaProcess.Run(folder.Environment, "train", "poetry", "--steps", "1").Fails(2, "poetry", "text");
    }

    [Fact]
    public void A_store_that_cannot_be_written_fails()
    {
        using TemporaryFolder folder = new();
        Dictionary<string, string?> environment = new() { ["NABLA_HOME"] = folder.File("home", "a file, not a folder") };
        NablaProcess.Run(environment, ["train", "text", "--data", folder.Text(), "--steps", "1", .. Tiny]).Fails(1, "NABLA_HOME");
    }

    /// <summary>A model so small that a step takes milliseconds.</summary>
    internal static string[] Tiny =>
        ["--layers", "1", "--heads", "2", "--width", "16", "--context", "16", "--batch", "4", "--threads", "1"];

    private static void AssertNothingWritten(TemporaryFolder folder) => Assert.Equal(
        0, NablaProcess.Run(folder.Environment, "runs", "list", "--json").Json().GetArrayLength());
}
