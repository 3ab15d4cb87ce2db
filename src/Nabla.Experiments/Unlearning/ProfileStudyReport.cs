using System.Globalization;
using System.Text;

namespace Nabla.Experiments.Unlearning;

/// <summary>The page of a comparison of methods of unlearning: one table, one plot, and what papers say beside it.</summary>
public static class ProfileStudyReport
{
    private static readonly (string Title, string Metric)[] _columns =
    [
        ("forget prob.", "forget_probability"), ("forget words", "forget_rouge"), ("retain prob.", "retain_probability"), ("retain words", "retain_rouge"),
        ("retain TR+", "retain_truth_ratio"), ("log10 FQ", "forget_quality_log10"), ("utility", "model_utility"), ("utility, words", "model_utility_rouge"),
        ("Min-K area", "membership_min_k"), ("leak %", "privacy_leak"),
    ];

    /// <summary>Titles and names of the metrics that the table shows.</summary>
    public static IReadOnlyList<(string Title, string Metric)> Columns => _columns;

    /// <summary>The page.</summary>
    /// <param name="result">The comparison.</param>
    public static string Render(ProfileStudyResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        ProfileStudyPlan plan = result.Plan;
        StringBuilder page = new(ReportPage.Begin($"{result.Methods.Count(m => m.IsMeasured)} methods of unlearning on made profiles"));
        Add(page, $"<p class=\"soft\">{plan.Authors} invented authors, {plan.Percent} % of them to be forgotten; a GPT of 2 layers and width 64 that knows all by heart; {plan.Seeds} seed(s) from {plan.Seed}; {result.Seconds:F0} seconds in all. Small models tell methods apart quickly; their order here is no evidence for large ones.</p>\n");
        page.Append("<h2>Forgetting against utility</h2>\n<p class=\"soft\">Right and up is better. The area of a dot is the method's time. The line joins those that none beats in both. Forget quality says how well the truth ratios fit a model that never saw the examples; below -1.3 they are told apart at 5 %.</p>\n");
        StudiedMethod[] measured = [.. result.Methods.Where(m => m.IsMeasured && double.IsFinite(m.Value("forget_quality_log10")))];
        if (measured.Length > 1)
        {
            ParetoChart chart = new()
            {
                Title = "Forget quality against utility",
                XLabel = "model utility",
                YLabel = "log10 of forget quality",
                MoreIsBetter = true,
                Sizes = [.. measured.Select(m => m.Seconds)],
                Dots = [.. measured.Select((m, i) => (m.Name, i % ReportPage.Colors, m.Value("model_utility"), m.Value("forget_quality_log10")))],
            };
            Add(page, $"<figure>{chart.ToSvg()}</figure>\n");
        }

        Table(page, result);
        page.Append("<h2>Where papers put them</h2>\n");
        if (result.Findings.Count == 0)
        {
            page.Append("<p>Nothing to hold against papers: it takes t3 or minnorm-og, and methods of their tables.</p>\n");
        }

        foreach (StudyFinding finding in result.Findings)
        {
            Add(page, $"<p><strong>{Markup.Text(finding.Method)} {(finding.Holds ? "stands where its paper puts it" : "does not stand where its paper puts it")}</strong>. {Markup.Text(finding.Says)} Here: {Markup.Text(finding.Sentence)}</p>\n");
        }

        Add(page, $"<h2>Settings</h2>\n<p class=\"soft\">{Markup.Text(result.Settings.Origin)} These profiles took no part in it.</p>\n<dl>\n");
        foreach (StudiedMethod method in result.Methods)
        {
            string options = string.Join(", ", method.Options.Select(o => $"{o.Key} {o.Value}"));
            Add(page, $"<dt>{Markup.Text(method.Name)}</dt><dd>{method.Epochs} passes, {Markup.Text(options)}{(method.IsMeasured ? "" : Markup.Text(". " + method.Advice))}</dd>\n");
        }

        Add(page, $"</dl>\n<h2>Do it again</h2>\n<pre>{Markup.Text(plan.Command)}</pre>\n");
        return page.Append(ReportPage.End).ToString();
    }

    private static void Table(StringBuilder page, ProfileStudyResult result)
    {
        page.Append("<h2>All methods</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th class=\"t\">Method</th>");
        foreach ((string title, _) in _columns)
        {
            Add(page, $"<th>{Markup.Text(title)}</th>");
        }

        page.Append("<th>reads</th><th>trained</th><th>s</th><th class=\"t\">ending</th></tr></thead>\n<tbody>\n");
        Row(page, "original", result.Original.Metrics, "<td>–</td><td>–</td><td>–</td><td class=\"t\">–</td>");
        Row(page, "retrained", result.Retrained.Metrics, "<td>–</td><td>–</td><td>–</td><td class=\"t\">–</td>");
        foreach (StudiedMethod method in result.Methods.OrderByDescending(m => m.IsMeasured ? m.Value("forget_quality_log10") : double.NegativeInfinity))
        {
            Row(page, method.Name, method.Metrics, string.Create(CultureInfo.InvariantCulture, $"<td>{method.Needs.ToString().ToLowerInvariant()}</td><td>{Markup.Count(method.TrainedNumbers)}</td><td>{Markup.Seconds(method.Seconds)}</td><td class=\"t\">{Markup.Text(method.Ending)}</td>"));
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void Row(StringBuilder page, string name, IReadOnlyDictionary<string, Interval> metrics, string rest)
    {
        Add(page, $"<tr><td class=\"t\">{Markup.Text(name)}</td>");
        foreach ((_, string metric) in _columns)
        {
            string text = metrics.TryGetValue(metric, out Interval value) ? value.Mean.ToString("0.000", CultureInfo.InvariantCulture) : "–";
            Add(page, $"<td>{text}</td>");
        }

        Add(page, $"{rest}</tr>\n");
    }

    private static void Add(StringBuilder page, FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture));
}
