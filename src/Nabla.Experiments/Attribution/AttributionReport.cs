using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Nabla.Experiments;

/// <summary>Reports about learning from attribution sets: one HTML file with tables and pictures, and the same numbers as JSON.</summary>
public static class AttributionReport
{
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The page of a simulation.</summary>
    /// <param name="result">The simulation.</param>
    public static string Render(SimulationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var page = new StringBuilder(ReportPage.Begin("Learning from attribution sets: a simulation"));
        Add(page, $"<p class=\"soft\">{Markup.Text(result.Summary)}. Run {Markup.Text(result.Run.Id)}, {result.Seconds:0.0} seconds, {result.Plan.Seeds} seeds.</p>\n");
        page.Append("<p>Every method learns from clicks and sets alone; the oracle from true labels. All are measured on clicks that none has seen.</p>\n");
        foreach (var overlap in result.Plan.Overlaps)
        {
            var cells = result.Cells.Where(c => c.AskedOverlap == overlap).ToArray();
            var suffix = result.Plan.Overlaps.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $", overlap {cells.Average(c => c.Overlap):0.0}") : "";
            var id = "o" + result.Plan.Overlaps.ToList().IndexOf(overlap).ToString(CultureInfo.InvariantCulture);
            Table(page, "Area under the curve" + suffix, result, cells, c => c.Area);
            Picture(page, id + "-area", "Area under the curve" + suffix, "candidates of a set", result, cells, c => c.Size, c => c.Area, isLogarithmic: true);
            Table(page, "Log loss" + suffix, result, cells, c => c.LogLoss);
            Picture(page, id + "-loss", "Log loss" + suffix, "candidates of a set", result, cells, c => c.Size, c => c.LogLoss, isLogarithmic: true);
            Table(page, "Calibration error" + suffix, result, cells, c => c.CalibrationError);
        }

        var size = result.Plan.Sizes[^1];
        if (result.Plan.Overlaps.Count > 1)
        {
            var widest = result.Cells.Where(c => c.Size == size).ToArray();
            Picture(page, "overlap-area", $"Area under the curve, sets of {size}", "sets a candidate is in", result, widest, c => c.Overlap, c => c.Area);
            Picture(page, "overlap-loss", $"Log loss, sets of {size}", "sets a candidate is in", result, widest, c => c.Overlap, c => c.LogLoss);
        }

        var last = result.Cells.Where(c => c.Size == size && c.AskedOverlap == result.Plan.Overlaps[^1]).ToArray();
        Add(page, $"<h2>Calibration, sets of {size}</h2>\n");
        Calibration(page, [.. last.Select(c => (c.Method, c.Calibration, Color(result, c.Method)))]);
        Data(page, Json(result));
        return page.Append(ReportPage.End).ToString();
    }

    /// <summary>The page of an evaluation.</summary>
    /// <param name="result">The evaluation.</param>
    public static string Render(EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var page = new StringBuilder(ReportPage.Begin("A model of clicks, judged"));
        Add(page, $"<p class=\"soft\">{Markup.Text(result.Summary)}.</p>\n");
        Add(page, $"<p>{(result.IsFromLabels ? "Measured on true labels." : "Estimated from reports without labels: every number is unbiased, and intervals are wider than labels would give.")}</p>\n");
        page.Append(ReportPage.Scroll + "<table>\n<thead><tr><th class=\"t\">Measure</th><th>Value</th><th>95 % interval</th></tr></thead>\n<tbody>\n");
        Add(page, $"<tr><td class=\"t\">area under the curve</td><td>{Markup.Loss(result.Area.Mean)}</td><td>{Markup.Range(result.Area)}</td></tr>\n");
        Add(page, $"<tr><td class=\"t\">log loss</td><td>{Markup.Loss(result.LogLoss.Mean)}</td><td>{Markup.Range(result.LogLoss)}</td></tr>\n");
        Add(page, $"<tr><td class=\"t\">calibration error</td><td>{Markup.Loss(result.CalibrationError)}</td><td>–</td></tr>\n</tbody></table></div>\n");
        page.Append("<h2>Calibration</h2>\n");
        Calibration(page, [("the model", result.Calibration, 0)]);
        Groups(page, "By the size of a click's sets", result.BySize);
        Groups(page, "By the number of a click's sets", result.ByOverlap);
        Data(page, Json(result));
        return page.Append(ReportPage.End).ToString();
    }

    /// <summary>A simulation's numbers.</summary>
    /// <param name="result">The simulation.</param>
    public static string Json(SimulationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Cells(result).ToJsonString(_json);
    }

    /// <summary>An evaluation's numbers.</summary>
    /// <param name="result">The evaluation.</param>
    public static string Json(EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Document(result).ToJsonString(_json);
    }

    /// <summary>The cells of a simulation as JSON.</summary>
    /// <param name="result">The simulation.</param>
    public static JsonArray Cells(SimulationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return
        [
            .. result.Cells.Select(c => (JsonNode)new JsonObject
            {
                ["method"] = c.Method,
                ["set_size"] = c.Size,
                ["overlap"] = Number(c.Overlap),
                ["effective_size"] = Number(c.EffectiveSize),
                ["auc"] = Bounds(c.Area),
                ["log_loss"] = Bounds(c.LogLoss),
                ["calibration_error"] = Bounds(c.CalibrationError),
                ["seconds"] = Number(c.Seconds),
                ["calibration"] = Bins(c.Calibration),
            }),
        ];
    }

    /// <summary>An evaluation as JSON.</summary>
    /// <param name="result">The evaluation.</param>
    public static JsonObject Document(EvaluationResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new JsonObject
        {
            ["from_labels"] = result.IsFromLabels,
            ["auc"] = Bounds(result.Area),
            ["log_loss"] = Bounds(result.LogLoss),
            ["calibration_error"] = Number(result.CalibrationError),
            ["calibration"] = Bins(result.Calibration),
            ["by_set_size"] = Groups(result.BySize),
            ["by_overlap"] = Groups(result.ByOverlap),
            ["bad_rows"] = result.BadRows,
        };
    }

    private static JsonArray Groups(IReadOnlyList<ClickGroup> groups) =>
    [
        .. groups.Select(g => (JsonNode)new JsonObject
        {
            ["group"] = g.Name,
            ["clicks"] = g.Clicks,
            ["auc"] = Bounds(g.Area ?? new Interval(double.NaN, null, null)),
            ["log_loss"] = Bounds(g.LogLoss),
        }),
    ];

    private static JsonArray Bins(IReadOnlyList<CalibrationBin> bins) =>
    [
        .. bins.Select(b => (JsonNode)new JsonObject
        {
            ["predicted"] = Number(b.Predicted),
            ["observed"] = Bounds(b.Observed),
            ["clicks"] = b.Clicks,
        }),
    ];

    private static JsonObject Bounds(Interval value) =>
        new() { ["mean"] = Number(value.Mean), ["low"] = Number(value.Low), ["high"] = Number(value.High) };

    private static JsonValue? Number(double? value) => value is { } number && double.IsFinite(number) ? JsonValue.Create(number) : null;

    private static int Color(SimulationResult result, string method) => result.Plan.Methods.ToList().IndexOf(method) % ReportPage.Colors;

    private static void Add(StringBuilder page, FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture));

    private static void Table(StringBuilder page, string title, SimulationResult result, SimulationCell[] cells, Func<SimulationCell, Interval> value)
    {
        Add(page, $"<h2>{Markup.Text(title)}</h2>\n{ReportPage.Scroll}<table>\n<thead><tr><th class=\"t\">Method</th>");
        foreach (var size in result.Plan.Sizes)
        {
            Add(page, $"<th>sets of {size}</th>");
        }

        page.Append("</tr></thead>\n<tbody>\n");
        foreach (var method in result.Plan.Methods)
        {
            Add(page, $"<tr><td class=\"t\"><span class=\"key c{Color(result, method)}\"></span>{Markup.Text(method)}</td>");
            foreach (var size in result.Plan.Sizes)
            {
                var one = value(cells.First(c => c.Method == method && c.Size == size));
                Add(page, $"<td>{(double.IsFinite(one.Mean) ? Markup.Loss(one.Mean) : "–")}{(one.Low is null ? "" : $"<br/><small>{Markup.Range(one)}</small>")}</td>");
            }

            page.Append("</tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void Picture(
        StringBuilder page, string id, string title, string x, SimulationResult result, SimulationCell[] cells, Func<SimulationCell, double> at,
        Func<SimulationCell, Interval> value, bool isLogarithmic = false)
    {
        var chart = new Chart
        {
            Id = id,
            Title = title,
            XLabel = x,
            YLabel = title,
            IsLogarithmicX = isLogarithmic,
            IsLogarithmicY = false,
            CutsAboveStart = false,
            Curves =
            [
                .. result.Plan.Methods.Select(method => new Curve(
                    method, Color(result, method),
                    [.. cells.Where(c => c.Method == method && !c.HasFailed).OrderBy(at).Select(c => Point(at(c), value(c)))],
                    result.Plan.Seeds > 1)),
            ],
        };
        Draw(page, chart);
    }

    private static void Calibration(StringBuilder page, (string Name, IReadOnlyList<CalibrationBin> Bins, int Color)[] lines)
    {
        page.Append("<p class=\"soft\">Bins of equally many clicks; bands are 95 % bootstrap intervals. On the straight line predictions are right.</p>\n");
        var ends = lines.SelectMany(l => l.Bins).Select(b => b.Predicted).DefaultIfEmpty(1).Max();
        Draw(page, new Chart
        {
            Id = "calibration",
            Title = "Predicted and observed shares",
            XLabel = "predicted probability",
            YLabel = "observed share",
            IsLogarithmicY = false,
            CutsAboveStart = false,
            Curves =
            [
                .. lines.Select(l => new Curve(l.Name, l.Color, [.. l.Bins.Select(b => Point(b.Predicted, b.Observed))], lines.Length == 1)),
                new Curve("right", 7, [Point(0, new Interval(0, 0, 0)), Point(ends, new Interval(ends, ends, ends))], false),
            ],
        });
    }

    private static void Draw(StringBuilder page, Chart chart)
    {
        if (chart.IsEmpty)
        {
            return;
        }

        page.Append("<div class=\"legend\">");
        foreach (var curve in chart.Curves)
        {
            Add(page, $"<span><span class=\"key c{curve.Color}\"></span>{Markup.Text(curve.Name)}</span>");
        }

        Add(page, $"</div>\n<figure tabindex=\"0\">{chart.ToSvg()}</figure>\n");
    }

    private static CurvePoint Point(double x, Interval value) => new(x, value.Mean, value.Low ?? value.Mean, value.High ?? value.Mean);

    private static void Groups(StringBuilder page, string title, IReadOnlyList<ClickGroup> groups)
    {
        if (groups.Count == 0)
        {
            return;
        }

        Add(page, $"<h2>{title}</h2>\n{ReportPage.Scroll}<table>\n<thead><tr><th class=\"t\">Clicks</th><th>Number</th><th>Area under the curve</th><th>95 % interval</th><th>Log loss</th><th>95 % interval</th></tr></thead>\n<tbody>\n");
        foreach (var g in groups)
        {
            Add(page, $"<tr><td class=\"t\">{Markup.Text(g.Name)}</td><td>{g.Clicks}</td><td>{Markup.Loss(g.Area?.Mean)}</td><td>{Markup.Range(g.Area)}</td><td>{Markup.Loss(g.LogLoss.Mean)}</td><td>{Markup.Range(g.LogLoss)}</td></tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void Data(StringBuilder page, string json) =>
        Add(page, $"<h2>Data</h2>\n<details><summary>Every number above, as JSON</summary>\n<pre id=\"data\" tabindex=\"0\">{Markup.Text(json)}</pre>\n</details>\n");
}
