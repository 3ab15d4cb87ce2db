using System.Globalization;
using System.Text;
using System.Text.Json;
using Nabla.Core;
using Nabla.Experiments;
using Nabla.Runs;

namespace Nabla.Claims;

/// <summary>The table of all claims in a Markdown document, between two markers, written from the run store.</summary>
public static class ClaimDocument
{
    /// <summary>The line after which the table begins.</summary>
    public const string Begin = "<!-- claims: begin; written by 'nabla claims --markdown' -->";

    /// <summary>The line before which the table ends.</summary>
    public const string End = "<!-- claims: end -->";

    /// <summary>Smaller than this is rounding, which differs between machines, and is not printed as a number.</summary>
    private const double Rounding = 1e-7;

    /// <summary>Puts the table into a document, in the place of the one it has.</summary>
    /// <param name="path">The document.</param>
    /// <param name="store">Where the verdicts are.</param>
    /// <exception cref="InvalidOperationException">The document has no markers, or a claim was never run in quick mode with seed 0.</exception>
    public static void Write(string path, RunStore store)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(store);
        var text = File.ReadAllText(path);
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
        {
            throw new InvalidOperationException($"'{path}' has no place for the table. Put the lines '{Begin}' and '{End}' into it.");
        }

        var table = Render(Records(store));
        ReportPage.Write($"{text[..(begin + Begin.Length)]}\n\n{table}\n{text[end..]}", path);
    }

    /// <summary>The table: a heading a family and method, a row a claim.</summary>
    /// <param name="records">The verdict of each claim that is to be in the table.</param>
    public static string Render(IReadOnlyList<ClaimRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{records.Count} claims about {records.Select(r => r.Method).Distinct().Count()} methods: ");
        text.AppendJoin(", ", Enum.GetValues<Verdict>().Select(v => $"{records.Count(r => r.Verdict == ClaimRun.WordOf(v))} {ClaimRun.WordOf(v)}"));
        text.Append(".\n");
        foreach (var method in records.GroupBy(r => r.Method).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var title = Catalogue.Methods.FirstOrDefault(m => m.Name == method.Key)?.Title;
            text.Append(CultureInfo.InvariantCulture, $"\n### {method.Key}\n\n{title}\n\n| claim | verdict | figures |\n|---|---|---|\n");
            foreach (var record in method.OrderBy(r => r.Claim, StringComparer.Ordinal))
            {
                var registration = RegisteredClaim.Find(record.Claim).Registration;
                text.Append(CultureInfo.InvariantCulture, $"| **{record.Claim}** {Cell(registration.Says)} ({Cell(registration.Source)}) | {record.Verdict} | {Figures(record.Figures)} |\n");
            }
        }

        return text.ToString();
    }

    /// <summary>A figure with the few digits that all machines agree on.</summary>
    /// <param name="value">The figure.</param>
    public static string Short(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < Rounding => "< 1e-7",
        >= 0.001 and < 10_000 => value.ToString("G3", CultureInfo.InvariantCulture) is var text && text.Contains('E', StringComparison.Ordinal)
            ? value.ToString("F0", CultureInfo.InvariantCulture) : text,
        _ => value.ToString("0.##e0", CultureInfo.InvariantCulture),
    };

    private static ClaimRecord[] Records(RunStore store)
    {
        var records = new List<ClaimRecord>();
        var missing = new List<string>();
        foreach (var claim in RegisteredClaim.All)
        {
            if (store.ClaimHistory(claim.Name).LastOrDefault(r => r is { Mode: "quick", Seed: 0 }) is { } record)
            {
                records.Add(record);
            }
            else
            {
                missing.Add(claim.Name);
            }
        }

        return missing.Count == 0 ? [.. records] : throw new InvalidOperationException(
            $"{missing.Count} of {RegisteredClaim.All.Count} claims were never run here in quick mode with seed 0: "
            + $"{string.Join(", ", missing)}. Run 'nabla reproduce' first.");
    }

    private static string Figures(string json)
    {
        using var figures = JsonDocument.Parse(json);
        return string.Join("; ", figures.RootElement.EnumerateObject().Select(f =>
            $"{f.Name.Replace('_', ' ')} {(f.Value.ValueKind == JsonValueKind.Number ? Text(f.Name, f.Value.GetDouble()) : "none")}"));
    }

    // A limit is a number that was chosen, however small, not one that was rounded.
    private static string Text(string name, double value) =>
        name == "limit" ? value.ToString("0.##e0", CultureInfo.InvariantCulture) : Short(value);

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
