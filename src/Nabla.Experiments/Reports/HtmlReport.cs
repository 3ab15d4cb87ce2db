using System.Globalization;
using System.Text;

namespace Nabla.Experiments;

/// <summary>
/// The report of a comparison: one HTML file with nothing outside it, readable in a light and a dark browser and on
/// paper. It is also well-formed XML.
/// </summary>
public static class HtmlReport
{
    /// <summary>Writes the report, to a temporary name first, so that a reader never sees half of it.</summary>
    /// <param name="result">The comparison.</param>
    /// <param name="path">The file; its folder is made when missing, an old file is replaced.</param>
    /// <exception cref="IOException">The file cannot be written; nothing is left of it.</exception>
    public static void Write(ComparisonResult result, string path)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(path);
        ReportPage.Write(Render(result), path);
    }

    /// <summary>The report as text.</summary>
    /// <param name="result">The comparison.</param>
    public static string Render(ComparisonResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        StringBuilder page = new();
        string title = $"{string.Join(", ", result.Methods.Select(m => m.Method).Distinct())} on {result.Plan.Task}";
        page.Append(ReportPage.Begin(title));
        Add(page, $"<p class=\"soft\">Nabla comparison, {result.Started.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {Markup.Text(Duration(result.Elapsed))} in all.</p>\n");
        Headline(page, result);
        Results(page, result);
        Charts(page, result);
        Tunings(page, result);
        Runs(page, result);
        Facts(page, result);
        Add(page, $"<h2>Data</h2>\n<details><summary>Every number above, as JSON</summary>\n<pre id=\"data\" tabindex=\"0\">{Markup.Text(ReportData.Json(result))}</pre>\n</details>\n");
        page.Append(ReportPage.End);
        return page.ToString();
    }

    private static void Add(StringBuilder page, FormattableString text) =>
        page.Append(text.ToString(CultureInfo.InvariantCulture));

    private static string Duration(TimeSpan time) => time.TotalMinutes >= 2
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.0} minutes")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} seconds");

    private static IEnumerable<MethodOutcome> Ranked(ComparisonResult result) =>
        result.Methods.OrderBy(m => m.FinalLoss?.Mean ?? double.PositiveInfinity);

    private static void Headline(StringBuilder page, ComparisonResult result)
    {
        MethodOutcome? best = result.Methods.FirstOrDefault(m => m.Name == result.Best);
        if (result.IsCancelled)
        {
            page.Append("<p class=\"headline\"><strong>Cancelled before all runs were done.</strong> What follows is what was measured until then.</p>\n");
        }

        if (best?.FinalLoss is not { } loss)
        {
            page.Append("<p class=\"headline\">No method came to a finite loss on every seed.</p>\n");
            return;
        }

        string chance = best.BestProbability is { } p
            ? $"; probability of being best {Markup.Percent(p)}"
            : "; with one seed chance cannot be told from merit";
        Add(page, $"<p class=\"headline\">Lowest validation loss: <strong>{Markup.Text(best.Name)}</strong>, {Markup.Loss(loss.Mean)}{chance}.</p>\n");
        foreach ((string name, double value) in result.Baselines.OrderBy(b => b.Key, StringComparer.Ordinal))
        {
            string side = loss.Mean < value ? "below" : "not below";
            Add(page, $"<p>That is {side} the {Markup.Text(name)} of the data, {Markup.Loss(value)}.</p>\n");
        }
    }

    private static void Results(StringBuilder page, ComparisonResult result)
    {
        string rate = Markup.Text($"{result.ItemName}/s");
        page.Append("<h2>Results</h2>\n" + ReportPage.Scroll + "<table>\n<thead><tr><th class=\"t\">Method</th><th>Validation loss</th><th>95 % interval</th>");
        page.Append("<th>Difference to the best</th>");
        Add(page, $"<th>P(best)</th><th>Steps</th><th>Seconds</th><th>{rate}</th><th>Peak memory</th><th>Steps to target</th><th>Seconds to target</th><th class=\"t\">Ending</th></tr></thead>\n<tbody>\n");
        foreach (MethodOutcome method in Ranked(result))
        {
            string row = method.Name == result.Best ? " class=\"best\"" : "";
            Add(page, $"<tr{row}><td class=\"t\"><span class=\"key c{ComparisonFigures.Color(result, method)}\"></span>{Markup.Text(method.Name)}</td>");
            Add(page, $"<td>{Markup.Loss(method.FinalLoss?.Mean)}</td><td>{Markup.Range(method.FinalLoss)}</td><td>{Markup.Difference(method.Difference)}</td><td>{Markup.Percent(method.BestProbability)}</td>");
            Add(page, $"<td>{Markup.Count(method.Steps)}</td><td>{Markup.Seconds(method.Seconds)}</td><td>{Markup.Count(method.ItemsPerSecond)}</td>");
            Add(page, $"<td>{Markup.Bytes(method.PeakBytes)}</td><td>{Markup.TargetSteps(method.Target)}</td><td>{Markup.TargetSeconds(method.Target)}</td><td class=\"t\">{Markup.Text(method.Ending)}</td></tr>\n");
        }

        page.Append("</tbody></table></div>\n");
        string seeds = result.Plan.Seeds == 1
            ? "One seed: there are no intervals. Use --seeds 5 or more before trusting a small difference."
            : $"Means over {result.Plan.Seeds.ToString(CultureInfo.InvariantCulture)} seeds; the interval is a percentile bootstrap over seeds, and is narrow for fewer than about five.";
        Add(page, $"<p class=\"soft\">{Markup.Text(seeds)} Steps and seconds are means of a run; seconds include evaluations, {rate} does not. Differences are paired by seed. Peak memory is the resident memory of the whole process during the run.</p>\n");
        if (result.Target is { } target)
        {
            string which = result.Plan.Target is null ? ", the highest mean at the end of a method" : "";
            Add(page, $"<p class=\"soft\">The target is a validation loss of {Markup.Loss(target)}{which}; a run comes there with its first evaluation at or below it.</p>\n");
        }
    }

    private static void Charts(StringBuilder page, ComparisonResult result)
    {
        page.Append("<h2>Pictures</h2>\n<div class=\"legend\">");
        foreach (MethodOutcome method in result.BestRates)
        {
            Add(page, $"<span><span class=\"key c{ComparisonFigures.Color(result, method)}\"></span>{Markup.Text(method.Name)}</span>");
        }

        page.Append("</div>\n");
        string told = "";
        foreach ((Figure figure, int i) in ComparisonFigures.Of(result).Select((figure, i) => (figure, i)))
        {
            Add(page, $"<h3>{Markup.Text(figure.Title)}</h3>\n");
            if (figure.Note != told && figure.Note.Length > 0)
            {
                Add(page, $"<p class=\"soft\">{Markup.Text(figure.Note)}</p>\n");
            }

            told = figure.Note;
            if (figure.Lines.Any(line => line.IsDots))
            {
                Add(page, $"<figure class=\"pareto\" tabindex=\"0\">{ParetoChart.Of(figure).ToSvg()}</figure>\n");
                continue;
            }

            Chart chart = Chart.Of(figure, string.Create(CultureInfo.InvariantCulture, $"picture-{i}"), Levels(result, figure));
            Add(page, $"<figure tabindex=\"0\">{chart.ToSvg()}</figure>\n");
            Chart logarithmic = Logarithmic(chart);
            if (!chart.IsLogarithmicX && !logarithmic.IsEmpty)
            {
                Add(page, $"<details><summary>With logarithmic axes</summary><figure tabindex=\"0\">{logarithmic.ToSvg()}</figure></details>\n");
            }
        }
    }

    // Baselines are losses on validation data, and say nothing beside short trials or losses in training.
    private static IReadOnlyDictionary<string, double> Levels(ComparisonResult result, Figure figure) =>
        figure.Y is "validation loss" or "final validation loss" ? result.Baselines : figure.Levels;

    private static Chart Logarithmic(Chart chart) => new()
    {
        Id = chart.Id + "-log",
        Title = chart.Title + ", logarithmic axes",
        XLabel = chart.XLabel,
        YLabel = chart.YLabel,
        IsLogarithmicX = true,
        IsLogarithmicY = chart.Curves.All(c => c.Points.All(p => p.Mean > 0 && !(p.Low <= 0))) ? true : null,
        Baselines = chart.Baselines,
        CutsAboveStart = chart.CutsAboveStart,
        Curves = [.. chart.Curves.Select(c => c with { Points = [.. c.Points.Where(p => p.X > 0)] })],
    };

    private static void Tunings(StringBuilder page, ComparisonResult result)
    {
        if (result.Methods.All(m => m.Trials.Count == 0))
        {
            return;
        }

        page.Append("<h2>Tuning</h2>\n<p class=\"soft\">Short runs on a seed of their own; every method had equally many.</p>\n");
        page.Append(ReportPage.Scroll + "<table>\n<thead><tr><th class=\"t\">Method</th><th>Learning rate</th><th>Validation loss</th><th class=\"t\">Ending</th></tr></thead>\n<tbody>\n");
        foreach (MethodOutcome method in result.Methods)
        {
            TuningTrial? best = method.Trials.Where(t => t.Loss is not null).MinBy(t => t.Loss);
            foreach (TuningTrial trial in method.Trials)
            {
                string row = ReferenceEquals(trial, best) ? " class=\"best\"" : "";
                Add(page, $"<tr{row}><td class=\"t\">{Markup.Text(method.Name)}</td><td>{trial.LearningRate:G4}</td><td>{Markup.Loss(trial.Loss)}</td><td class=\"t\">{Markup.Text(trial.Ending)}</td></tr>\n");
            }
        }

        page.Append("</tbody></table></div>\n");
        foreach (MethodOutcome method in result.Methods.Where(m => m.Trials.Count > 1))
        {
            TuningTrial? best = method.Trials.Where(t => t.Loss is not null).MinBy(t => t.Loss);
            if (best is not null && (best.LearningRate == method.Trials.Min(t => t.LearningRate)
                || best.LearningRate == method.Trials.Max(t => t.LearningRate)))
            {
                Add(page, $"<p>{Markup.Text(method.Name)} was best at the edge of the grid: a rate beyond it may be better still.</p>\n");
            }
        }
    }

    private static void Runs(StringBuilder page, ComparisonResult result)
    {
        page.Append("<h2>Runs</h2>\n" + ReportPage.Scroll + "<table>\n<thead><tr><th class=\"t\">Run</th><th class=\"t\">Method</th><th>Seed</th><th>Validation loss</th><th>Steps</th><th>Seconds</th><th class=\"t\">Ending</th></tr></thead>\n<tbody>\n");
        foreach (MethodOutcome method in result.Methods)
        {
            foreach (ComparedRun run in method.Runs)
            {
                string advice = run.Ending == "completed" ? "" : $"<br/><small>{Markup.Text(run.Advice)}</small>";
                Add(page, $"<tr><td class=\"t\">{Markup.Text(run.Run)}</td><td class=\"t\">{Markup.Text(method.Name)}</td><td>{run.SeedIndex}</td>");
                Add(page, $"<td>{Markup.Loss(run.FinalLoss)}</td><td>{Markup.Count(run.Steps)}</td><td>{Markup.Seconds(run.Seconds)}</td><td class=\"t w\">{Markup.Text(run.Ending)}{advice}</td></tr>\n");
            }
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void Facts(StringBuilder page, ComparisonResult result)
    {
        ComparisonPlan plan = result.Plan;
        string budget = Markup.Budget(plan, result.ItemName);
        List<(string, string)> settings =
        [
            ("task", plan.Task),
            ("data", result.DatasetSummary),
            ("model", $"{Markup.Count(result.ParameterCount)} parameters"),
            ("budget", budget),
            ("seeds", string.Create(CultureInfo.InvariantCulture, $"{plan.Seeds}, derived from {plan.Seed}")),
            ("batch", plan.TaskOptions.Batch?.ToString(CultureInfo.InvariantCulture) ?? "the task's default"),
            ("accumulated batches", plan.AccumulationSteps.ToString(CultureInfo.InvariantCulture)),
            ("clipping by norm", plan.ClipNorm?.ToString(CultureInfo.InvariantCulture) ?? "none"),
            ("precision", (plan.Precision ?? new PrecisionSettings()).Summary),
            ("tuning", plan.Tune == Tuning.LearningRate
                ? string.Create(CultureInfo.InvariantCulture, $"learning rate, {plan.TuneTrials} trials a method") : "none"),
        ];
        settings.AddRange(result.Methods.Select(m => (m.Name, m.Options.Count == 0
            ? "defaults"
            : string.Join(", ", m.Options.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key} = {o.Value}")))));
        settings.AddRange(result.Baselines.OrderBy(b => b.Key, StringComparer.Ordinal).Select(b => (b.Key, Markup.Loss(b.Value))));
        page.Append("<h2>Settings</h2>\n");
        Pairs(page, settings);
        page.Append("<p class=\"soft\">For a seed, every method began with the same weights and saw the same batches in the same order.</p>\n");
        page.Append("<h2>Machine</h2>\n");
        Pairs(page, [.. result.Machine.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => (m.Key, m.Value)), ("source", result.Source), ("comparison", result.Id)]);
        if (plan.Command is not null)
        {
            Add(page, $"<h2>Do it again</h2>\n<pre id=\"command\" tabindex=\"0\">{Markup.Text(plan.Command)}</pre>\n");
        }
    }

    internal static void Pairs(StringBuilder page, IReadOnlyList<(string Name, string Value)> pairs)
    {
        page.Append("<dl>\n");
        foreach ((string name, string value) in pairs)
        {
            Add(page, $"<dt>{Markup.Text(name)}</dt><dd>{Markup.Text(value)}</dd>\n");
        }

        page.Append("</dl>\n");
    }
}
