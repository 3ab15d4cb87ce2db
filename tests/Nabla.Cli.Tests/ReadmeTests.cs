using System.Runtime.CompilerServices;

namespace Nabla.Cli.Tests;

/// <summary>Runs every example of the README and of the documents about adapters, mixtures, solvers, language models, suites, attribution and unlearning, so that none can go stale.</summary>
public sealed class ReadmeTests
{
    private const string Prefix = "    ./nabla ";

    public static TheoryData<string> Examples() =>
    [
        .. Documents().SelectMany(File.ReadLines).Where(line => line.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(line => line[Prefix.Length..]).Distinct(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_example_runs(string example)
    {
        using TemporaryFolder folder = new();
        // A folder that the reader has: here one that is made.
        string line = example;
        if (example.Contains("FOLDER", StringComparison.Ordinal))
        {
            string model = GenerateTests.Model(folder);
            line = example.Replace("FOLDER", model, StringComparison.Ordinal)
                .Replace("SECOND", model, StringComparison.Ordinal)
                .Replace("THIRD", model, StringComparison.Ordinal)
                .Replace("ADAPTER", AdaptTests.Adapter(folder, model, "adapter", 1), StringComparison.Ordinal)
                .Replace("OTHER", AdaptTests.Adapter(folder, model, "other", 2), StringComparison.Ordinal)
                .Replace("MERGED", Path.Combine(folder.Path, "merged"), StringComparison.Ordinal)
                .Replace("FILE", folder.Text(), StringComparison.Ordinal);
        }

        line = line.StartsWith("unlearn profiles", StringComparison.Ordinal)
            ? line.Replace("PROFILES", Path.Combine(folder.Path, "profiles"), StringComparison.Ordinal)
            : line.Contains("PROFILES", StringComparison.Ordinal) ? line.Replace("PROFILES", UnlearnTests.Profiles, StringComparison.Ordinal) : line;
        line = line.Replace("--out OUT", "--out " + Path.Combine(folder.Path, "out"), StringComparison.Ordinal);
        NablaResult result = NablaProcess.Run(folder.Environment, line.Replace("\"", "", StringComparison.Ordinal).Split(' '));
        Assert.True(result.Code == 0, $"'nabla {example}' ended with {result.Code}: {result.Error}");
        Assert.NotEqual("", result.Output);
    }

    private static IEnumerable<string> Documents([CallerFilePath] string file = "")
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));
        return [.. new[] { "README.md", "docs/adapters.md", "docs/mixtures.md", "docs/solvers.md", "docs/language-models.md", "docs/meta-learning.md", "docs/suites.md", "docs/attribution.md", "docs/unlearning.md" }.Select(name => Path.Combine(root, name))];
    }
}
