using System.Text.RegularExpressions;

namespace Nabla.Architecture.Tests;

/// <summary>Holds what the documents say of the source tree.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void AddingAMethod_Table_CountsTheLinesThatAreThere()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Nabla.slnx")))
        {
            root = root.Parent ?? throw new DirectoryNotFoundException("Tests run inside a checkout.");
        }

        var text = File.ReadAllText(Path.Combine(root.FullName, "docs", "adding-a-method.md"));
        var rows = Row().Matches(text);
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Equal(
            (row.Groups[1].Value, File.ReadAllLines(Path.Combine(root.FullName, row.Groups[1].Value)).Length),
            (row.Groups[1].Value, int.Parse(row.Groups[2].Value, null))));
    }

    [GeneratedRegex(@"^\| `([^`]+)` \| (\d+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
