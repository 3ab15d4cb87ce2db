using System.Runtime.CompilerServices;

namespace Nabla.Cli.Tests;

/// <summary>Runs every example of the README, so that none can go stale.</summary>
public sealed class ReadmeTests
{
    private const string Prefix = "    ./nabla ";

    public static TheoryData<string> Examples() =>
        [.. File.ReadLines(Readme()).Where(line => line.StartsWith(Prefix, StringComparison.Ordinal)).Select(line => line[Prefix.Length..])];

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_example_runs(string example)
    {
        using TemporaryFolder folder = new();
        NablaResult result = NablaProcess.Run(folder.Environment, example.Split(' '));
        Assert.True(result.Code == 0, $"'nabla {example}' ended with {result.Code}: {result.Error}");
        Assert.NotEqual("", result.Output);
    }

    private static string Readme([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "README.md"));
}
