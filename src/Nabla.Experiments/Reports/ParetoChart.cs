using System.Globalization;
using System.Text;

namespace Nabla.Experiments;

/// <summary>
/// Methods as dots, cost to the right and loss upwards, as an SVG element; or two merits. A line joins those that no other
/// method beats in both: what a person would choose from.
/// </summary>
internal sealed class ParetoChart
{
    private const double Width = 760;
    private const double Height = 300;
    private const double Left = 62;
    private const double Right = 24;
    private const double Top = 18;
    private const double Bottom = 48;
    private const double LineHeight = 14;

    public required string Title { get; init; }

    public required string XLabel { get; init; }

    public string YLabel { get; init; } = "validation loss";

    /// <summary>Whether more is better in both directions, rather than less.</summary>
    public bool MoreIsBetter { get; init; }

    /// <summary>What the area of each dot shows, in the order of the dots; null: all have one size.</summary>
    public IReadOnlyList<double>? Sizes { get; init; }

    /// <summary>Name, colour, cost and loss of each method.</summary>
    public required IReadOnlyList<(string Name, int Color, double Cost, double Loss)> Dots { get; init; }

    /// <summary>The chart of a figure of dots, each a line of one point.</summary>
    public static ParetoChart Of(Figure figure) => new()
    {
        Title = figure.Title,
        XLabel = figure.X,
        YLabel = figure.Y,
        Dots = [.. figure.Lines.Where(line => line.IsDots).Select(line => line.Curve).Select(c => (c.Name, c.Color, c.Points[0].X, c.Points[0].Mean))],
    };

    /// <summary>The methods that no other is at least as good as in both and better in one, by cost.</summary>
    public static IReadOnlyList<(string Name, int Color, double Cost, double Loss)> Front(
        IReadOnlyList<(string Name, int Color, double Cost, double Loss)> dots) =>
        Front(dots, false);

    /// <summary>The same where more may be better in both.</summary>
    public static IReadOnlyList<(string Name, int Color, double Cost, double Loss)> Front(
        IReadOnlyList<(string Name, int Color, double Cost, double Loss)> dots, bool moreIsBetter)
    {
        double sign = moreIsBetter ? -1 : 1;
        return
        [
            .. dots.Where(d => !dots.Any(o => sign * o.Cost <= sign * d.Cost && sign * o.Loss <= sign * d.Loss && (o.Cost != d.Cost || o.Loss != d.Loss)))
                .OrderBy(d => d.Cost).ThenBy(d => d.Name, StringComparer.Ordinal),
        ];
    }

    public string ToSvg()
    {
        (Axis x, bool logarithmicX) = Scale(Dots.Select(d => d.Cost), Left, Width - Right);
        (Axis y, bool logarithmicY) = Scale(Dots.Select(d => d.Loss), Height - Bottom, Top);
        StringBuilder svg = new();
        Add(svg, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Markup.Text(Title)}\" xmlns=\"http://www.w3.org/2000/svg\">\n");
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
        Add(svg, $"<text class=\"label\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">{Markup.Text(XLabel + Note(logarithmicX))}</text>");
        Add(svg, $"<text class=\"label\" transform=\"translate(15 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{Markup.Text(YLabel + Note(logarithmicY))}</text>\n");
        string front = string.Join(' ', Front(Dots, MoreIsBetter).Select(d => string.Create(CultureInfo.InvariantCulture, $"{x.At(d.Cost):0.##},{y.At(d.Loss):0.##}")));
        Add(svg, $"<polyline class=\"base\" fill=\"none\" points=\"{front}\"/>\n");
        Labels(svg, x, y);
        svg.Append("</svg>\n");
        return svg.ToString();
    }

    private static string Note(bool logarithmic) => logarithmic ? " (logarithmic)" : "";

    private static void Add(StringBuilder svg, FormattableString text) =>
        svg.Append(text.ToString(CultureInfo.InvariantCulture));

    private static (Axis Axis, bool IsLogarithmic) Scale(IEnumerable<double> values, double from, double to)
    {
        double[] all = [.. values];
        double low = all.Min();
        double high = all.Max();
        bool logarithmic = low > 0 && high / low > 30;
        double room = Math.Max((high - low) * 0.08, Math.Abs(high) * 1e-3);
        return logarithmic
            ? (new Axis(low / 1.3, high * 1.3, from, to, true), true)
            : (new Axis(low >= 0 ? Math.Max(low - room, 0) : low - room, high + room, from, to, false), false);
    }

    /// <summary>Dots with their names; a name moves down until it lies over no other.</summary>
    private void Labels(StringBuilder svg, Axis x, Axis y)
    {
        List<(double X, double Y)> taken = [];
        double largest = Sizes?.Max() ?? 1;
        foreach (((string name, int color, double cost, double loss), int index) in Dots.Select((d, i) => (d, i)).OrderByDescending(d => d.d.Loss))
        {
            double radius = Sizes is null ? 5 : 3 + (15 * Math.Sqrt(Math.Max(0, Sizes[index]) / largest));
            double cx = x.At(cost);
            double cy = y.At(loss);
            bool left = cx > Width * 0.75;
            double ty = cy + 4;
            while (taken.Exists(t => Math.Abs(t.Y - ty) < LineHeight && Math.Abs(t.X - cx) < 160))
            {
                ty += LineHeight;
            }

            taken.Add((cx, ty));
            Add(svg, $"<circle class=\"dot c{color}\" cx=\"{cx:0.##}\" cy=\"{cy:0.##}\" r=\"{radius:0.##}\"/>");
            Add(svg, $"<text class=\"tick\" x=\"{(left ? cx - radius - 5 : cx + radius + 5):0.##}\" y=\"{ty:0.##}\" text-anchor=\"{(left ? "end" : "start")}\">{Markup.Text(name)}</text>\n");
        }
    }
}
