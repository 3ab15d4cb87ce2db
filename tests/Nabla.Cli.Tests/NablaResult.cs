using System.Text.Json;

namespace Nabla.Cli.Tests;

/// <summary>What the command printed and how it ended.</summary>
internal sealed record NablaResult(int Code, string Output, string Error)
{
    /// <summary>Standard output as exactly one JSON document, after a look at the exit code.</summary>
    public JsonElement Json(int code = 0)
    {
        Assert.True(code == Code, $"Exit code {Code} instead of {code}. Standard error: {Error}");
        using JsonDocument document = JsonDocument.Parse(Output);
        return document.RootElement.Clone();
    }

    /// <summary>Checks an error: the code, one sentence that holds the words, nothing on standard output, no stack trace.</summary>
    public void Fails(int code, params string[] words)
    {
        Assert.True(code == Code, $"Exit code {Code} instead of {code}. Standard error: {Error}");
        Assert.Equal("", Output);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", Error, StringComparison.Ordinal);
        foreach (string word in words)
        {
            Assert.Contains(word, Error, StringComparison.OrdinalIgnoreCase);
        }
    }
}
