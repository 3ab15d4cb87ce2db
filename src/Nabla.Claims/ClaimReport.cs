using System.Globalization;
using System.Text;
using System.Text.Json;
using Nabla.Experiments;

namespace Nabla.Claims;

/// <summary>The report of claims that were run: one HTML file with verdicts, figures and pictures, and nothing outside it.</summary>
public static class ClaimReport
{
    /// <summary>The report as text.</summary>
    /// <param name="runs">What was run.</param>
    /// <param name="command">The command that does it again; null: none is shown.</param>
    public static string Render(IReadOnlyList<ClaimRun> runs, string? command = null)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var page = new StringBuilder(ReportPage.Begin(Title(runs)));
        var started = runs.Count > 0 ? runs.Min(r => r.Started) : default;
        Add(page, $"<p class=\"soft\">Claims rerun by Nabla, {started.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {runs.Sum(r => r.Seconds):0.0} seconds in all.</p>\n");
        Add(page, $"<p class=\"headline\">{Summary(runs)}</p>\n");
        Overview(page, runs);
        for (var i = 0; i < runs.Count; i++)
        {
            One(page, runs[i], i);
        }

        if (command is not null)
        {
            Add(page, $"<h2>Do it again</h2>\n<pre tabindex=\"0\">{ReportPage.Text(command)}</pre>\n");
        }

        Data(page, runs);
        return page.Append(ReportPage.End).ToString();
    }

    /// <summary>How many hold and how many do not, in a sentence.</summary>
    /// <param name="runs">What was run.</param>
    public static string Summary(IReadOnlyList<ClaimRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        return $"Of {runs.Count} verdicts {Count(runs, Verdict.Holds)} are 'holds', {Count(runs, Verdict.Fails)} 'fails', "
            + $"{Count(runs, Verdict.Inconclusive)} 'inconclusive'.";
    }

    /// <summary>Writes the report, to a temporary name first, so that a reader never sees half of it.</summary>
    /// <param name="runs">What was run.</param>
    /// <param name="path">The file; its folder is made when missing, an old file is replaced.</param>
    /// <param name="command">The command that does it again; null: none is shown.</param>
    /// <exception cref="IOException">The file cannot be written; nothing is left of it.</exception>
    public static void Write(IReadOnlyList<ClaimRun> runs, string path, string? command = null) =>
        ReportPage.Write(Render(runs, command), path);

    private static string Title(IReadOnlyList<ClaimRun> runs) => runs.Count switch
    {
        0 => "No claim was run",
        1 => $"Does {runs[0].Claim} hold?",
        _ => $"{runs.Count} claims",
    };

    private static int Count(IReadOnlyList<ClaimRun> runs, Verdict verdict) => runs.Count(r => r.Verdict == verdict);

    private static void Overview(StringBuilder page, IReadOnlyList<ClaimRun> runs)
    {
        if (runs.Count < 2)
        {
            return;
        }

        page.Append(ReportPage.Scroll + "<table>\n<thead><tr><th class=\"t\">Claim</th><th class=\"t\">Verdict</th><th class=\"t\">On record</th><th>Seconds</th></tr></thead>\n<tbody>\n");
        for (var i = 0; i < runs.Count; i++)
        {
            Add(page, $"<tr><td class=\"t\"><a href=\"#claim-{i}\">{ReportPage.Text(runs[i].Claim)}</a></td><td class=\"t\">{runs[i].Word}</td>");
            Add(page, $"<td class=\"t\">{(Find(runs[i]) is { } claim ? ClaimRun.WordOf(claim.Registration.Expected) : "–")}</td><td>{runs[i].Seconds:0.00}</td></tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void One(StringBuilder page, ClaimRun run, int number)
    {
        Add(page, $"<h2 id=\"claim-{number}\">{ReportPage.Text(run.Claim)}: {run.Word}</h2>\n");
        if (Find(run) is { } claim)
        {
            Add(page, $"<p>{ReportPage.Text(claim.Registration.Says)}</p>\n<p class=\"soft\">{ReportPage.Text(claim.Registration.Source)}</p>\n");
        }

        var mutant = run.Mutant is null ? "" : $", with the deliberate defect {run.Mutant}";
        Add(page, $"<p class=\"soft\">{run.Mode} mode, seed {run.Seed}{ReportPage.Text(mutant)}, {run.Seconds:0.00} seconds</p>\n<dl>\n");
        foreach (var (name, value) in run.Figures)
        {
            Add(page, $"<dt>{ReportPage.Text(name)}</dt><dd>{value:G6}</dd>\n");
        }

        page.Append("</dl>\n");
        for (var p = 0; p < run.Plots.Count; p++)
        {
            Plot(page, run.Plots[p], $"claim-{number}-{p}");
        }
    }

    private static void Plot(StringBuilder page, ClaimPlot plot, string id)
    {
        var curves = plot.Lines.Select((line, i) => Curve.OverSeeds(line.Key, i % ReportPage.Colors, [line.Value])).ToArray();
        var chart = new Chart
        {
            Id = id,
            Title = plot.Title,
            XLabel = plot.X,
            YLabel = plot.Y,
            Curves = curves,
            IsLogarithmicX = plot.LogX,
            IsLogarithmicY = plot.LogY,
            CutsAboveStart = false,
        };
        if (chart.IsEmpty)
        {
            return;
        }

        Add(page, $"<h3>{ReportPage.Text(plot.Title)}</h3>\n<div class=\"legend\">");
        foreach (var curve in curves)
        {
            Add(page, $"<span><span class=\"key c{curve.Color}\"></span>{ReportPage.Text(curve.Name)}</span>");
        }

        Add(page, $"</div>\n<figure tabindex=\"0\">{chart.ToSvg()}</figure>\n");
    }

    // The numbers of every picture, so that a reader can draw it anew; < is written so that no script can end early.
    private static void Data(StringBuilder page, IReadOnlyList<ClaimRun> runs)
    {
        var data = runs.Select(r => new
        {
            claim = r.Claim,
            verdict = r.Word,
            figures = r.Figures.ToDictionary(f => f.Key, f => Finite(f.Value)),
            plots = r.Plots.Select(p => new
            {
                title = p.Title,
                x = p.X,
                y = p.Y,
                lines = p.Lines.ToDictionary(l => l.Key, l => l.Value.Select(v => new[] { Finite(v.X), Finite(v.Y) })),
            }),
        });
        var text = JsonSerializer.Serialize(data).Replace("<", "\\u003c", StringComparison.Ordinal).Replace("&", "\\u0026", StringComparison.Ordinal);
        Add(page, $"<script type=\"application/json\" id=\"data\">{text}</script>\n");
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static RegisteredClaim? Find(ClaimRun run) => RegisteredClaim.All.FirstOrDefault(c => c.Name == run.Claim);

    private static void Add(StringBuilder page, FormattableString text) =>
        page.Append(text.ToString(CultureInfo.InvariantCulture));
}
