using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Nabla.Problems.Unlearning;

namespace Nabla.Experiments.Unlearning;

/// <summary>The report of an audit: a page for a person and the same as JSON beside it.</summary>
public static class AuditReport
{
    /// <summary>The name of the page.</summary>
    public const string Page = "audit.html";

    /// <summary>The name of the record.</summary>
    public const string Record = "record.json";

    private const int SamplesOfSet = 12;

    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // What a metric says and where it should go, by the end of its name.
    private static readonly (string Ending, string Meaning)[] _meanings =
    [
        ("forget_probability", "probability of the answer, normalized for length; low where forgotten"),
        ("forget_rouge", "words of the true answer in the model's answer; low where forgotten"),
        ("forget_truth_ratio", "1 where right and wrong answers are equally likely"),
        ("forget_exact_memorization", "answer tokens that are the likeliest; low where forgotten"),
        ("forget_extraction_strength", "share of the answer's end that the model completes alone; low where forgotten"),
        ("forget_quality", "p-value: could the truth ratios be those of the retrained model? Below 0.05: told apart"),
        ("forget_quality_log10", "its logarithm to base 10"),
        ("_probability", "probability of the answer; high where kept"),
        ("_rouge", "words of the true answer in the model's answer; high where kept"),
        ("_truth_ratio", "1 where wrong answers are impossible; high where kept"),
        ("_exact_memorization", "answer tokens that are the likeliest"),
        ("_extraction_strength", "share of the answer's end that the model completes alone"),
        ("_knowledge", "words that the answer and the true one share, asked with examples before (MUSE); as the retrained model's"),
        ("_accuracy", "share of questions with the right option"),
        ("model_utility", "harmonic mean of probability, words and truth ratio over what is to stay"),
        ("model_utility_rouge", "harmonic mean of the shares of words alone"),
        ("privacy_leak", "percent; 0 as if retrained, far below: still there, far above: hidden too well"),
        ("membership_", "area under the curve of the attack; ½ tells nothing, near 1: seen in training"),
    ];

    /// <summary>Writes record and page.</summary>
    /// <param name="outcome">What came of the request.</param>
    /// <param name="folder">Where to; it exists.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(UnlearningOutcome outcome, string folder)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        ReportPage.Write(AuditDocument.Of(outcome).ToJsonString(_json) + "\n", Path.Combine(folder, Record));
        if (outcome.After is not null)
        {
            ReportPage.Write(Render(outcome), Path.Combine(folder, Page));
        }
    }

    /// <summary>The page.</summary>
    /// <param name="outcome">What came of the request, with an audit.</param>
    public static string Render(UnlearningOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        ModelAudit before = outcome.Before!, after = outcome.After!;
        UnlearningPlan plan = outcome.Plan;
        StringBuilder page = new(ReportPage.Begin($"{outcome.ForgetExamples} examples forgotten by {plan.Method}"));
        Add(page, $"<p class=\"soft\">Model '{Markup.Text(plan.Model)}', forget '{Markup.Text(plan.Forget)}', {outcome.RetainExamples} examples to keep, seed {plan.Seed}. Run {Markup.Text(outcome.Run)}.</p>\n");
        Add(page, $"<p class=\"headline\">{Markup.Text(Headline(before, after, outcome.Retrained))}</p>\n");
        Add(page, $"<p>{Markup.Text(outcome.Result.Ending.Key)}: {Markup.Text(outcome.Result.Ending.Advice)}</p>\n");
        Add(page, $"<p>This is no certificate of deletion: it says what was measured, on these examples, today. {(outcome.ModelFolder is null ? "No model was written." : "The original was not touched; its checksums stand below.")}</p>\n");
        Table(page, before, after, outcome.Retrained);
        Curves(page, before, after, outcome.Retrained);
        Samples(page, before, after, outcome.Retrained);
        Cost(page, outcome);
        page.Append("<h2>What was not measured</h2>\n<ul>\n");
        foreach (string sentence in outcome.NotMeasured)
        {
            Add(page, $"<li>{Markup.Text(sentence)}</li>\n");
        }

        page.Append("</ul>\n");
        Checksums(page, outcome);
        Add(page, $"<h2>Do it again</h2>\n<pre>{Markup.Text(plan.Command)}</pre>\n");
        Add(page, $"<h2>Data</h2>\n<details><summary>The record, as JSON</summary>\n<pre id=\"data\">{Markup.Text(AuditDocument.Of(outcome).ToJsonString(_json))}</pre>\n</details>\n");
        return page.Append(ReportPage.End).ToString();
    }

    /// <summary>The one sentence that says most.</summary>
    internal static string Headline(ModelAudit before, ModelAudit after, ModelAudit? retrained)
    {
        string text = FormattableString.Invariant(
            $"The answers to forget went from probability {before.Metrics["forget_probability"].Mean:F3} to {after.Metrics["forget_probability"].Mean:F3}");
        if (retrained is not null)
        {
            text += FormattableString.Invariant($" (retrained: {retrained.Metrics["forget_probability"].Mean:F3})");
        }

        if (after.Metrics.TryGetValue("model_utility", out Interval utility))
        {
            text += FormattableString.Invariant($"; utility from {before.Metrics["model_utility"].Mean:F3} to {utility.Mean:F3}");
        }

        if (after.Metrics.TryGetValue("forget_quality", out Interval quality))
        {
            text += FormattableString.Invariant($"; forget quality {Short(quality.Mean)}, {(quality.Mean < 0.05 ? "told apart from" : "not told apart from")} a retrained model");
        }

        return text + ".";
    }

    private static string Short(double value) => value.ToString(value is < 1e-3 and > 0 ? "0.0e0" : "0.###", CultureInfo.InvariantCulture);

    private static void Table(StringBuilder page, ModelAudit before, ModelAudit after, ModelAudit? retrained)
    {
        page.Append("<h2>Before and after</h2>\n<p class=\"soft\">Intervals are 95 % bootstraps over examples.</p>\n");
        page.Append("<div class=\"scroll\"><table>\n<thead><tr><th class=\"t\">Metric</th><th>Before</th><th>After</th><th>Retrained</th><th class=\"t\">What it says</th></tr></thead>\n<tbody>\n");
        foreach (string name in before.Metrics.Keys.Union(after.Metrics.Keys))
        {
            string meaning = _meanings.FirstOrDefault(m => name == m.Ending).Meaning
                ?? _meanings.FirstOrDefault(m => m.Ending.StartsWith('_') && name.EndsWith(m.Ending, StringComparison.Ordinal)).Meaning
                ?? _meanings.FirstOrDefault(m => name.StartsWith(m.Ending, StringComparison.Ordinal)).Meaning ?? "";
            Add(page, $"<tr><td class=\"t\">{Markup.Text(name.Replace('_', ' '))}</td>{Cell(before, name)}{Cell(after, name)}{Cell(retrained, name)}<td class=\"t w\">{Markup.Text(meaning)}</td></tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static string Cell(ModelAudit? audit, string name) => audit is null || !audit.Metrics.TryGetValue(name, out Interval value)
        ? "<td>–</td>"
        : $"<td>{Markup.Loss(value.Mean)}{(value.Low is null ? "" : $"<br/><small>{Markup.Range(value)}</small>")}</td>";

    private static void Curves(StringBuilder page, ModelAudit before, ModelAudit after, ModelAudit? retrained)
    {
        if (before.Attacks.Count == 0)
        {
            return;
        }

        page.Append("<h2>Membership attacks</h2>\n<p class=\"soft\">Examples to forget that the attack finds, against unseen ones it takes for seen, at every threshold. On the straight line it tells nothing.</p>\n");
        page.Append("<div class=\"legend\"><span><span class=\"key c0\"></span>before</span><span><span class=\"key c1\"></span>after</span>");
        page.Append(retrained is null ? "</div>\n" : "<span><span class=\"key c2\"></span>retrained</span></div>\n");
        foreach (string name in before.Attacks.Select(a => a.Name).Union(after.Attacks.Select(a => a.Name)))
        {
            List<Curve> curves = [];
            foreach ((ModelAudit? audit, string label) in new[] { (before, "before"), (after, "after"), (retrained, "retrained") })
            {
                if (audit?.Attacks.FirstOrDefault(a => a.Name == name) is { } attack)
                {
                    curves.Add(new Curve(
                        label, label == "before" ? 0 : label == "after" ? 1 : 2,
                        [.. attack.Curve.Select(p => new CurvePoint(p.FalseShare, p.FoundShare, p.FoundShare, p.FoundShare))], false)
                    { HasDots = false });
                }
            }

            curves.Add(new Curve("tells nothing", 7, [new CurvePoint(0, 0, 0, 0), new CurvePoint(1, 1, 1, 1)], false) { HasDots = false });
            Chart chart = new()
            {
                Id = "attack-" + name.Replace('_', '-'),
                Title = $"Attack by {name.Replace('_', ' ')}",
                XLabel = $"unseen examples taken for seen ({name.Replace('_', ' ')})",
                YLabel = "examples found",
                Curves = curves,
                IsLogarithmicY = false,
                CutsAboveStart = false,
                YRange = (0, 1),
            };
            Add(page, $"<figure>{chart.ToSvg()}</figure>\n");
        }
    }

    private static void Samples(StringBuilder page, ModelAudit before, ModelAudit after, ModelAudit? retrained)
    {
        page.Append("<h2>Answers side by side</h2>\n");
        foreach (SetScores set in before.Sets.Where(s => s.Answers.Count > 0 && s.Set.Name != ModelAudit.Unseen))
        {
            Samples(
                page, set.Set.Name, set.Set.Examples, set.Answers, after.Sets.First(s => s.Set.Name == set.Set.Name).Answers,
                retrained?.Sets.FirstOrDefault(s => s.Set.Name == set.Set.Name)?.Answers);
        }

        for (int i = 0; i < before.Knowledge.Count; i++)
        {
            KnowledgeScores one = before.Knowledge[i];
            Samples(page, one.Name, one.Questions, one.Answers, after.Knowledge[i].Answers, retrained?.Knowledge[i].Answers);
        }
    }

    private static void Samples(
        StringBuilder page, string name, IReadOnlyList<UnlearningExample> examples, IReadOnlyList<string> before, IReadOnlyList<string> after, IReadOnlyList<string>? retrained)
    {
        Add(page, $"<h3>{Markup.Text(name.Replace('_', ' '))}</h3>\n<div class=\"scroll\"><table>\n<thead><tr><th class=\"t\">Question</th><th class=\"t\">True answer</th><th class=\"t\">Before</th><th class=\"t\">After</th>{(retrained is null ? "" : "<th class=\"t\">Retrained</th>")}</tr></thead>\n<tbody>\n");
        foreach (int i in Enumerable.Range(0, before.Count).Take(SamplesOfSet))
        {
            Add(page, $"<tr><td class=\"t w\">{Markup.Text(examples[i].Prompt)}</td><td class=\"t w\">{Markup.Text(examples[i].Answer)}</td><td class=\"t w\">{Markup.Text(before[i])}</td><td class=\"t w\">{Markup.Text(after[i])}</td>");
            Add(page, $"{(retrained is null ? "" : $"<td class=\"t w\">{Markup.Text(retrained[i])}</td>")}</tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void Cost(StringBuilder page, UnlearningOutcome outcome)
    {
        page.Append("<h2>Cost</h2>\n<dl>\n");
        Add(page, $"<dt>time</dt><dd>{Markup.Seconds(outcome.Seconds)} s, {outcome.Result.Steps} steps, {outcome.Result.Counts.Gradients} gradients</dd>\n");
        Add(page, $"<dt>examples read</dt><dd>{outcome.Result.Counts.ForgetExamples} to forget, {outcome.Result.Counts.RetainExamples} to keep, repeats included</dd>\n");
        Add(page, $"<dt>needs of what is to stay</dt><dd>{outcome.Needs.ToString().ToLowerInvariant()}</dd>\n");
        Add(page, $"<dt>numbers trained</dt><dd>{Markup.Count(outcome.TrainedNumbers)}</dd>\n<dt>peak memory</dt><dd>{Markup.Bytes(outcome.PeakBytes)}</dd>\n");
        foreach ((string name, double value) in outcome.Result.Figures)
        {
            Add(page, $"<dt>{Markup.Text(name)}</dt><dd>{value.ToString("G6", CultureInfo.InvariantCulture)}</dd>\n");
        }

        page.Append("</dl>\n");
    }

    private static void Checksums(StringBuilder page, UnlearningOutcome outcome)
    {
        page.Append("<h2>Checksums (SHA-256)</h2>\n");
        foreach ((string title, IReadOnlyDictionary<string, string> sums) in new[]
        {
            ("The original, the same before and after", outcome.Original), ("What was written", outcome.Written), ("Data", outcome.Data),
        })
        {
            if (sums.Count == 0)
            {
                continue;
            }

            Add(page, $"<h3>{title}</h3>\n<dl>\n");
            foreach ((string name, string sum) in sums)
            {
                Add(page, $"<dt>{Markup.Text(name)}</dt><dd><code>{sum}</code></dd>\n");
            }

            page.Append("</dl>\n");
        }
    }

    private static void Add(StringBuilder page, FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture));
}
