using System.Globalization;
using System.Runtime.CompilerServices;

namespace Nabla.Claims.Tests;

/// <summary>Holds docs/claims.md current.</summary>
public sealed class DocumentTests
{
    private const string Renew = "Renew it: ./nabla reproduce && ./nabla claims --markdown docs/claims.md";

    private static readonly Lazy<string> s_document = new(() => File.ReadAllText(InRoot("docs/claims.md")));

    /// <summary>The row of a claim: what it says, the verdict, the figures.</summary>
    internal static string[] Row(string claim)
    {
        var rows = s_document.Value.Split('\n').Where(line => line.StartsWith($"| **{claim}** ", StringComparison.Ordinal)).ToArray();
        Assert.True(rows.Length == 1, $"docs/claims.md has {rows.Length} rows for '{claim}'. {Renew}");
        return rows[0].Replace("\\|", "¦", StringComparison.Ordinal).Trim('|').Split('|', StringSplitOptions.TrimEntries);
    }

    /// <summary>Compares figures as printed, allowing what other processors round differently.</summary>
    internal static void Agrees(ClaimRun run)
    {
        var row = Row(run.Claim);
        Assert.True(row[1] == run.Word, $"docs/claims.md says '{row[1]}' of {run.Claim}, which {run.Word}. {Renew}");
        var printed = row[2].Split("; ").ToDictionary(f => f[..FigureEnd(f)], f => f[(FigureEnd(f) + 1)..], StringComparer.Ordinal);
        Assert.Equal(run.Figures.Keys.Select(k => k.Replace('_', ' ')), printed.Keys);
        foreach (var (name, value) in run.Figures)
        {
            var text = printed[name.Replace('_', ' ')];
            var near = text == "< 1e-7"
                ? Math.Abs(value) < 1e-6
                : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    && Math.Abs(number - value) <= 1e-6 + (0.03 * Math.Max(Math.Abs(value), Math.Abs(number)));
            Assert.True(near, $"docs/claims.md prints '{text}' for {name} of {run.Claim}, which is {value:R}. {Renew}");
        }
    }

    [Fact]
    public void Table_HoldsEveryClaim_AsItIsRegistered()
    {
        foreach (var claim in RegisteredClaim.All)
        {
            var row = Row(claim.Name);
            Assert.Equal(
                $"**{claim.Name}** {claim.Registration.Says} ({claim.Registration.Source})".Replace('|', '¦'), row[0]);
            Assert.True(
                row[1] == ClaimRun.WordOf(claim.Registration.Expected), $"docs/claims.md says '{row[1]}' of {claim.Name}. {Renew}");
        }

        var rows = s_document.Value.Split('\n').Count(line => line.StartsWith("| **", StringComparison.Ordinal));
        Assert.Equal(RegisteredClaim.All.Count, rows);
    }

    [Fact]
    public void Example_IsTheClaimAsItStands()
    {
        var file = File.ReadAllText(InRoot("src/Nabla.Claims/FirstOrder/MvnGrad/ZeroBeta1.cs")).TrimStart('\uFEFF').Trim();
        Assert.Contains("```csharp\n" + file + "\n```", s_document.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(2.5e-16, "< 1e-7")]
    [InlineData(2.26e-6, "2.26e-6")]
    [InlineData(0.0129798, "0.013")]
    [InlineData(270.744, "271")]
    [InlineData(4823.4, "4823")]
    [InlineData(65618.48, "6.56e4")]
    [InlineData(-0.141043, "-0.141")]
    public void Short_KeepsTheDigitsThatMachinesShare(double value, string expected) =>
        Assert.Equal(expected, ClaimDocument.Short(value));

    private static int FigureEnd(string figure) =>
        figure.EndsWith(" < 1e-7", StringComparison.Ordinal) ? figure.Length - " < 1e-7".Length : figure.LastIndexOf(' ');

    private static string InRoot(string path, [CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", path));
}
