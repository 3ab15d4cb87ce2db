using System.Text.Json;

namespace Nabla.Cli.Tests;

public sealed class DoctorTests
{
    [Fact]
    public void Doctor_reports_what_was_found()
    {
        using TemporaryFolder folder = new();
        JsonElement document = NablaProcess.Run(folder.Environment, "doctor", "--json", "--threads", "2").Json();
        Assert.False(string.IsNullOrEmpty(document.GetProperty("version").GetString()));
        Assert.False(string.IsNullOrEmpty(document.GetProperty("libtorch").GetProperty("version").GetString()));
        Assert.False(string.IsNullOrEmpty(document.GetProperty("libtorch").GetProperty("path").GetString()));
        Assert.True(document.GetProperty("libtorch").GetProperty("cuda").ValueKind is JsonValueKind.True or JsonValueKind.False);
        Assert.Equal(2, document.GetProperty("threads").GetInt32());
        Assert.Contains(document.GetProperty("vector_bits").GetInt32(), new[] { 128, 256, 512 });
        Assert.Equal(folder.Environment["NABLA_HOME"], document.GetProperty("store").GetString());
        Assert.Equal(JsonValueKind.Array, document.GetProperty("problems").ValueKind);
    }

    [Fact]
    public void Options_win_over_the_environment()
    {
        using TemporaryFolder folder = new();
        Dictionary<string, string?> environment = folder.Environment;
        environment["NABLA_THREADS"] = "1";
        Assert.Equal(1, NablaProcess.Run(environment, "doctor", "--json").Json().GetProperty("threads").GetInt32());
        Assert.Equal(2, NablaProcess.Run(environment, "doctor", "--json", "--threads", "2").Json().GetProperty("threads").GetInt32());
        environment["NABLA_THREADS"] = "lots";
        NablaProcess.Run(environment, "doctor").Fails(2, "NABLA_THREADS", "lots");
    }

    [Fact]
    public void Without_libtorch_doctor_says_what_to_install_and_fails()
    {
        using TemporaryFolder folder = new();
        Dictionary<string, string?> environment = folder.Environment;
        environment["NABLA_LIBTORCH"] = folder.Folder("empty");
        JsonElement document = NablaProcess.Run(environment, "doctor", "--json").Json(code: 1);
        Assert.Equal(JsonValueKind.Null, document.GetProperty("libtorch").ValueKind);
        string problem = Assert.Single(document.GetProperty("problems").EnumerateArray()).GetString()!;
        Assert.Contains("libtorch", problem, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Without_libtorch_training_fails_with_a_sentence()
    {
        using TemporaryFolder folder = new();
        Dictionary<string, string?> environment = folder.Environment;
        environment["NABLA_LIBTORCH"] = folder.Folder("empty");
        NablaProcess.Run(environment, "train", "text", "--data", folder.Text(), "--steps", "1").Fails(1, "libtorch", "NABLA_LIBTORCH");
    }
}
