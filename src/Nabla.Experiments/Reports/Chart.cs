using System.Globalization;
using System.Text;

namespace Nabla.Experiments;

/// <summary>A line chart as an SVG element: curves with bands, dashed base lines, round ticks.</summary>
public sealed class Chart
{
    private const double Width = 760;
    private const double Height = 340;
    private const double Left = 62;
    private const double Right = 16;
    private const double Top = 14;
    private const double Bottom = 48;

    /// <summary>A name that no other chart of the page has; letters, digits and hyphens.</summary>
    public required string Id { get; init; }

    /// <summary>What is shown.</summary>
    public required string Title { get; init; }

    /// <summary>Name of the horizontal axis.</summary>
    public required string XLabel { get; init; }

    /// <summary>Name of the vertical axis.</summary>
    public required string YLabel { get; init; }

    /// <summary>The lines.</summary>
    public required IReadOnlyList<Curve> Curves { get; init; }

    /// <summary>Levels drawn as dashed lines, by name.</summary>
    public IReadOnlyDictionary<string, double> Baselines { get; init; } = new Dictionary<string, double>();

    /// <summary>Whether the horizontal axis is logarithmic; points that are not above 0 are then left out. Default: false.</summary>
    public bool IsLogarithmicX { get; init; }

    /// <summary>
    /// Whether the vertical axis is logarithmic; points that are not above 0 are then left out. Null: where the numbers
    /// span more than a factor of 30. Default: null.
    /// </summary>
    public bool? IsLogarithmicY { get; init; }

    /// <summary>
    /// Whether what lies above the starts of all lines is cut off, as fits losses, where one that blows up must not
    /// flatten the others. Default: true.
    /// </summary>
    public bool CutsAboveStart { get; init; } = true;

    /// <summary>The ends of the vertical axis, which is then linear; null: what the lines need. Default: null.</summary>
    public (double Low, double High)? YRange { get; init; }

    /// <summary>Whether there is no point to draw.</summary>
    public bool IsEmpty => !Curves.Any(c => c.Points.Any(IsDrawn));

    /// <summary>The chart of a figure of lines.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="id">A name that no other chart of the page has; letters, digits and hyphens.</param>
    /// <param name="levels">Levels to draw in place of the figure's own; null: those.</param>
    public static Chart Of(Figure figure, string id, IReadOnlyDictionary<string, double>? levels = null)
    {
        ArgumentNullException.ThrowIfNull(figure);
        return new Chart
        {
            Id = id,
            Title = figure.Title,
            XLabel = figure.X,
            YLabel = figure.Y,
            Curves = [.. figure.Lines.Select(line => line.Curve)],
            IsLogarithmicX = figure.LogX,
            IsLogarithmicY = figure.LogY ? true : null,
            Baselines = levels ?? figure.Levels,
            CutsAboveStart = figure.CutsAboveStart,
            YRange = figure.YRange,
        };
    }

    /// <summary>The picture.</summary>
    /// <returns>An SVG element.</returns>
    public string ToSvg()
    {
        (double xLow, double xHigh, double yLow, double yHigh, bool logarithmic) = Extent();
        Axis x = new(xLow, xHigh, Left, Width - Right, IsLogarithmicX);
        Axis y = new(yLow, yHigh, Height - Bottom, Top, logarithmic);
        StringBuilder svg = new();
        Add(svg, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Markup.Text(Title)}\" xmlns=\"http://www.w3.org/2000/svg\">\n");
        Add(svg, $"<clipPath id=\"{Id}\"><rect x=\"{Left}\" y=\"{Top}\" width=\"{Width - Left - Right}\" height=\"{Height - Top - Bottom}\"/></clipPath>\n");
        foreach ((double value, string text) in y.Ticks)
        {
            Add(svg, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y.At(value):0.##}\" y2=\"{y.At(value):0.##}\"/>");
            Add(svg, $"<text class=\"tick\" x=\"{Left - 8}\" y=\"{y.At(value) + 4:0.##}\" text-anchor=\"end\">{text}</text>\n");
        }

        foreach ((double value, string text) in x.Ticks)
        {
            Add(svg, $"<line class=\"axis\" x1=\"{x.At(value):0.##}\" x2=\"{x.At(value):0.##}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom + 5}\"/>");
            Add(svg, $"<text class=\"tick\" x=\"{x.At(value):0.##}\" y=\"{Height - Bottom + 19}\" text-anchor=\"middle\">{text}</text>\n");
        }

        Add(svg, $"<line class=\"axis\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom}\"/>\n");
        Add(svg, $"<text class=\"label\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">{Markup.Text(XLabel + (IsLogarithmicX ? " (logarithmic)" : ""))}</text>");
        double middle = (Top + Height - Bottom) / 2;
        string scale = logarithmic ? " (logarithmic)" : "";
        Add(svg, $"<text class=\"label\" transform=\"translate(15 {middle}) rotate(-90)\" text-anchor=\"middle\">{Markup.Text(YLabel + scale)}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<g clip-path=\"url(#{Id})\">\n");
        foreach (Curve curve in Curves.Where(c => c.HasBand))
        {
            Band(svg, curve, x, y);
        }

        foreach (Curve curve in Curves)
        {
            Line(svg, curve, x, y);
        }

        svg.Append("</g>\n");
        foreach ((string name, double value) in Baselines.Where(b => b.Value > yLow && b.Value < yHigh).OrderBy(b => b.Value))
        {
            Add(svg, $"<line class=\"base\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y.At(value):0.##}\" y2=\"{y.At(value):0.##}\"/>");
            Add(svg, $"<text class=\"tick\" x=\"{Width - Right - 4}\" y=\"{y.At(value) - 5:0.##}\" text-anchor=\"end\">{Markup.Text(name)} {value:0.###}</text>\n");
        }

        svg.Append("</svg>\n");
        return svg.ToString();
    }

    private static void Add(StringBuilder svg, FormattableString text) =>
        svg.Append(text.ToString(CultureInfo.InvariantCulture));

    private void Band(StringBuilder svg, Curve curve, Axis x, Axis y)
    {
        List<CurvePoint> points = [.. curve.Points.Where(p => IsDrawn(p) && double.IsFinite(p.Low) && double.IsFinite(p.High))];
        if (points.Count < 2)
        {
            return;
        }

        IEnumerable<string> corners = points.Select(p => Pair(x.At(p.X), y.At(p.High)))
            .Concat(Enumerable.Reverse(points).Select(p => Pair(x.At(p.X), y.At(p.Low))));
        Add(svg, $"<polygon class=\"band c{curve.Color}\" points=\"{string.Join(' ', corners)}\"/>\n");
    }

    private void Line(StringBuilder svg, Curve curve, Axis x, Axis y)
    {
        List<CurvePoint> points = [.. curve.Points.Where(IsDrawn)];
        if (points.Count == 0)
        {
            return;
        }

        string line = string.Join(' ', points.Select(p => Pair(x.At(p.X), y.At(p.Mean))));
        Add(svg, $"<polyline class=\"line c{curve.Color}\" points=\"{line}\"><title>{Markup.Text(curve.Name)}</title></polyline>\n");
        if (curve.HasDots && points.Count <= 30)
        {
            foreach (CurvePoint p in points)
            {
                Add(svg, $"<circle class=\"dot c{curve.Color}\" cx=\"{x.At(p.X):0.##}\" cy=\"{y.At(p.Mean):0.##}\" r=\"2.4\"/>");
            }

            svg.Append('\n');
        }
    }

    private bool IsDrawn(CurvePoint p) =>
        double.IsFinite(p.X) && double.IsFinite(p.Mean) && (!IsLogarithmicX || p.X > 0) && (IsLogarithmicY != true || p.Mean > 0);

    private static string Pair(double x, double y) =>
        string.Create(CultureInfo.InvariantCulture, $"{x:0.##},{y:0.##}");

    /// <summary>Whether numbers span so much that a linear axis would show only the greatest.</summary>
    internal static bool IsWide(double low, double high) => low > 0 && high / low > 30;

    private (double XLow, double XHigh, double YLow, double YHigh, bool Logarithmic) Extent()
    {
        CurvePoint[] points = [.. Curves.SelectMany(c => c.Points).Where(IsDrawn)];
        double xLow = points.Min(p => p.X);
        double xHigh = points.Max(p => p.X);
        if (YRange is { } range)
        {
            double margin = (range.High - range.Low) * 0.02;
            return (xLow, xHigh, range.Low - margin, range.High + margin, false);
        }

        double yLow = points.Min(p => double.IsFinite(p.Low) ? p.Low : p.Mean);
        // A curve that blows up must not flatten the others: what lies above the starts of all is cut off.
        double start = Curves.Select(c => c.Points).Where(p => p.Count > 0).Select(p => p[0].High)
            .Where(double.IsFinite).DefaultIfEmpty(points.Max(p => p.Mean)).Max();
        double yHigh = points.Max(p => double.IsFinite(p.High) ? p.High : p.Mean);
        yHigh = CutsAboveStart ? Math.Min(yHigh, start) : yHigh;
        foreach (double baseline in Baselines.Values.Where(double.IsFinite))
        {
            yHigh = Math.Max(yHigh, Math.Min(baseline, start * 1.2));
            yLow = Math.Min(yLow, Math.Max(baseline, yLow - ((yHigh - yLow) * 0.2)));
        }

        bool logarithmic = yLow > 0 && (IsLogarithmicY ?? IsWide(yLow, yHigh));
        double room = (yHigh - yLow) * 0.05;
        return logarithmic
            ? (xLow, xHigh, yLow / 1.2, yHigh * 1.2, true)
            : (xLow, xHigh, yLow - room, yHigh + room, false);
    }
}
