using System.Globalization;
using System.Text;

namespace Nabla.Experiments;

/// <summary>The report of a suite as one HTML page with nothing outside it.</summary>
public static class SuiteHtmlReport
{
    /// <summary>The report as text.</summary>
    /// <param name="result">The suite.</param>
    public static string Render(SuiteResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        StringBuilder page = new();
        page.Append(ReportPage.Begin($"{string.Join(", ", result.Plan.Methods.Select(m => m.Label))} over {Count(result)}"));
        Add(page, $"<p class=\"soft\">Nabla suite {result.Id}, {result.Started.UtcDateTime:yyyy-MM-dd HH:mm} UTC. Every method had one setting for all workloads.</p>\n");
        if (result.IsCancelled)
        {
            page.Append("<p class=\"headline\"><strong>Cancelled before all runs were done.</strong> What follows is what was measured until then.</p>\n");
        }

        Headline(page, result);
        Scores(page, result);
        Legend(page, result);
        Charts(page, SuiteFigures.ProfilesOf(result), "profile");
        Costs(page, result);
        Charts(page, [.. result.Workloads.Select(SuiteFigures.LossesOf)], "workload");
        Settings(page, result);
        page.Append(ReportPage.End);
        return page.ToString();
    }

    internal static string Headline(SuiteResult result)
    {
        if (!result.IsAnySolved)
        {
            return "No method reached the target of any workload.";
        }

        double most = result.Scores.Max(score => score.Steps.Mean);
        string[] best = [.. result.Scores.Where(score => score.Steps.Mean == most).Select(score => score.Method)];
        return string.Create(
            CultureInfo.InvariantCulture, $"Highest score by steps: {string.Join(" and ", best)}, {most:0.000} of 1.");
    }

    internal static string Count(SuiteResult result) =>
        result.Workloads.Count == 1 ? "1 workload" : string.Create(CultureInfo.InvariantCulture, $"{result.Workloads.Count} workloads");

    /// <summary>Steps and seconds to a target of a method on a workload, over seeds.</summary>
    internal static TargetReached? ToTarget(WorkloadOutcome outcome, string method) =>
        outcome.Comparison.Methods.FirstOrDefault(m => m.Name == method)?.Target;

    private static void Headline(StringBuilder page, SuiteResult result) =>
        Add(page, $"<p class=\"headline\">{Markup.Text(Headline(result))}</p>\n");

    private static void Scores(StringBuilder page, SuiteResult result)
    {
        page.Append("<h2>Scores</h2>\n" + ReportPage.Scroll + "<table>\n<thead><tr><th class=\"t\">Method</th><th>Score by steps</th><th>Score by seconds</th><th>Workloads solved</th></tr></thead>\n<tbody>\n");
        foreach ((MethodScore score, int i) in result.Scores.Select((score, i) => (score, i)).OrderByDescending(s => s.score.Steps.Mean))
        {
            Add(page, $"<tr><td class=\"t\"><span class=\"key c{i % ReportPage.Colors}\"></span>{Markup.Text(score.Method)}</td>");
            Add(page, $"<td>{Markup.Score(score.Steps)}</td><td>{Markup.Score(score.Seconds)}</td><td>{score.Solved} of {result.Workloads.Count}</td></tr>\n");
        }

        string interval = result.Plan.Seeds > 1
            ? "Intervals are 95 % bootstraps over seeds."
            : "With one seed there are no intervals; use --seeds 5 or more before trusting a small difference.";
        Add(page, $"</tbody></table></div>\n<p class=\"soft\">The score of AlgoPerf: the mean height of the profile from 1 to {Profiles.AlgoPerfRatio:0}; 1 means the best on every workload. It depends on which other methods are there. {interval}</p>\n");
    }

    private static void Legend(StringBuilder page, SuiteResult result)
    {
        page.Append("<div class=\"legend\">");
        foreach ((MethodScore score, int i) in result.Scores.Select((score, i) => (score, i)))
        {
            Add(page, $"<span><span class=\"key c{i % ReportPage.Colors}\"></span>{Markup.Text(score.Method)}</span>");
        }

        page.Append("</div>\n");
    }

    private static void Charts(StringBuilder page, IReadOnlyList<Figure> figures, string id)
    {
        foreach ((Figure figure, int i) in figures.Select((figure, i) => (figure, i)))
        {
            Chart chart = Chart.Of(figure, string.Create(CultureInfo.InvariantCulture, $"{id}-{i}"));
            if (!chart.IsEmpty)
            {
                string note = figure.Note.Length > 0 ? $"<p class=\"soft\">{Markup.Text(figure.Note)}</p>\n" : "";
                Add(page, $"<h2>{Markup.Text(figure.Title)}</h2>\n{note}<figure tabindex=\"0\">{chart.ToSvg()}</figure>\n");
            }
        }
    }

    private static void Costs(StringBuilder page, SuiteResult result)
    {
        page.Append("<h2>To the targets</h2>\n" + ReportPage.Scroll + "<table>\n<thead><tr><th class=\"t\">Workload</th><th>Target</th><th class=\"t\">Method</th><th>Steps</th><th>Seconds</th><th>Loss at the end</th><th class=\"t\">Ending</th></tr></thead>\n<tbody>\n");
        foreach (WorkloadOutcome outcome in result.Workloads)
        {
            foreach (MethodOutcome method in outcome.Comparison.Methods.OrderBy(m => m.Target?.Steps?.Mean ?? double.PositiveInfinity))
            {
                Add(page, $"<tr><td class=\"t\">{Markup.Text(outcome.Workload.Name)}</td><td>{Markup.Loss(outcome.Target)}</td><td class=\"t\">{Markup.Text(method.Name)}</td>");
                Add(page, $"<td>{Markup.TargetSteps(method.Target)}</td><td>{Markup.TargetSeconds(method.Target)}</td><td>{Markup.Loss(method.FinalLoss?.Mean)}</td><td class=\"t\">{Markup.Text(method.Ending)}</td></tr>\n");
            }
        }

        page.Append("</tbody></table></div>\n<p class=\"soft\">A run comes to the target with its first evaluation at or below it. Steps and seconds are means over the seeds that came there; the profile takes medians over all seeds, infinite where a run did not come there.</p>\n");
    }

    private static void Settings(StringBuilder page, SuiteResult result)
    {
        SuitePlan plan = result.Plan;
        page.Append("<h2>Settings</h2>\n");
        HtmlReport.Pairs(page,
        [
            .. result.Workloads.Select(outcome => (outcome.Workload.Name, Describe(outcome))),
            ("seeds", string.Create(CultureInfo.InvariantCulture, $"{plan.Seeds}, derived from {plan.Seed}")),
            ("targets", Targets(plan.Targets)),
            .. plan.Methods.Select(method => (method.Label, Options(method))),
        ]);
        page.Append("<h2>Machine</h2>\n");
        ComparisonResult? first = result.Workloads.Count > 0 ? result.Workloads[0].Comparison : null;
        HtmlReport.Pairs(page,
        [
            .. (first?.Machine ?? new Dictionary<string, string>()).OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => (m.Key, m.Value)),
            ("source", first?.Source ?? "unknown"),
            ("suite", result.Id),
        ]);
        if (plan.Command is not null)
        {
            Add(page, $"<h2>Do it again</h2>\n<pre id=\"command\" tabindex=\"0\">{Markup.Text(plan.Command)}</pre>\n");
        }
    }

    internal static string Describe(WorkloadOutcome outcome) => string.Create(
        CultureInfo.InvariantCulture,
        $"{outcome.Workload.Summary}; {outcome.Comparison.DatasetSummary}; {Markup.Count(outcome.Comparison.ParameterCount)} parameters; {outcome.Comparison.Plan.Steps} steps a run; comparison {outcome.Comparison.Id}");

    internal static string Targets(SuiteTargets targets) => string.Create(
        CultureInfo.InvariantCulture,
        $"what NadamW with warm-up and cosine came to in half the steps, tuned on each workload over {targets.Trials} settings, median of {targets.Seeds} seeds");

    internal static string Options(ComparedMethod method)
    {
        string name = method.Label == method.Name ? "" : method.Name + ": ";
        return name + (method.Options.Count == 0
            ? "defaults"
            : string.Join(", ", method.Options.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key} = {o.Value}")));
    }

    private static void Add(StringBuilder page, FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture));
}
