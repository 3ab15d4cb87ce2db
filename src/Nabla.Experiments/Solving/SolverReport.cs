using System.Globalization;
using System.Text;

namespace Nabla.Experiments;

/// <summary>The report of a comparison of solvers: profiles, and gradient queries problem by problem.</summary>
public static class SolverReport
{
    /// <summary>The report as one HTML page.</summary>
    /// <param name="result">The comparison.</param>
    /// <returns>The page.</returns>
    public static string Render(SolverComparisonResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        StringBuilder page = new(ReportPage.Begin($"{result.Costs.Methods.Count} solvers on {result.Costs.Problems.Count} problems"));
        Add(page, $"<p class=\"soft\">Made by Nabla, {result.Started.UtcDateTime:yyyy-MM-dd HH:mm} UTC. Source: {ReportPage.Text(MachineFacts.Source)}. {result.Seconds:0.0} seconds.</p>\n");
        Add(page, $"<p>At most {result.Plan.GradientQueries} gradient queries a run. A problem is solved where all but {result.Plan.Accuracy:0.#####e0} of the fall from the start to the lowest value of any of the solvers is made. Values are measured at every point where a gradient was asked for.</p>\n");
        Figure(page, ProfileFigures.Data(result.Queries, "gradient queries"), "queries");
        Figure(page, ProfileFigures.Data(result.Data, "gradient queries in groups of d + 1"), "data");
        Figure(page, ProfileFigures.Performance(result.Performance, "gradient queries"), "performance");
        Overview(page, result);
        Table(page, result);
        if (result.Plan.Command is { } command)
        {
            Add(page, $"<h2>Do it again</h2>\n<pre tabindex=\"0\">{ReportPage.Text(command)}</pre>\n");
        }

        return page.Append(ReportPage.End).ToString();
    }

    private static void Figure(StringBuilder page, Figure figure, string id)
    {
        Chart chart = Chart.Of(figure, id);
        if (chart.IsEmpty)
        {
            return;
        }

        Add(page, $"<h2>{ReportPage.Text(figure.Title)}</h2>\n<p class=\"soft\">{ReportPage.Text(figure.Note)}</p>\n<div class=\"legend\">");
        foreach (Curve curve in chart.Curves)
        {
            Add(page, $"<span><span class=\"key c{curve.Color}\"></span>{ReportPage.Text(curve.Name)}</span>");
        }

        Add(page, $"</div>\n<figure tabindex=\"0\">{chart.ToSvg()}</figure>\n");
    }

    private static void Overview(StringBuilder page, SolverComparisonResult result)
    {
        page.Append("<h2>Solvers</h2>\n" + ReportPage.Scroll + "<table>\n<thead><tr><th class=\"t\">Solver</th><th>Solved</th><th>First</th><th>Score</th><th>Median queries where all solve</th></tr></thead>\n<tbody>\n");
        for (int s = 0; s < result.Costs.Methods.Count; s++)
        {
            Add(page, $"<tr><td class=\"t\">{ReportPage.Text(result.Costs.Methods[s])}</td><td>{result.Performance[s].Solved:P0}</td><td>{result.Performance[s].At(1):P0}</td><td>{Profiles.Score(result.Performance[s]):0.000}</td><td>{result.MedianQueries(s):0.#}</td></tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void Table(StringBuilder page, SolverComparisonResult result)
    {
        page.Append("<h2>Gradient queries until solved</h2>\n<p class=\"soft\">A dash: not solved; then how the run ended.</p>\n" + ReportPage.Scroll + "<table>\n<thead><tr><th class=\"t\">Problem</th><th>Unknowns</th><th>Lowest</th>");
        foreach (string name in result.Costs.Methods)
        {
            Add(page, $"<th>{ReportPage.Text(name)}</th>");
        }

        page.Append("</tr></thead>\n<tbody>\n");
        for (int p = 0; p < result.Costs.Problems.Count; p++)
        {
            SolverTrace first = result.Trace(0, p);
            double lowest = Enumerable.Range(0, result.Costs.Methods.Count).Min(s => result.Trace(s, p).Best);
            Add(page, $"<tr><td class=\"t\">{ReportPage.Text(first.Problem.Name)}</td><td>{first.Problem.Dimension}</td><td>{lowest:0.#####e0}</td>");
            for (int s = 0; s < result.Costs.Methods.Count; s++)
            {
                double cost = result.Costs[s, p];
                string cell = double.IsFinite(cost)
                    ? cost.ToString("0", CultureInfo.InvariantCulture)
                    : $"– <small>{ReportPage.Text(result.Trace(s, p).Result.Ending.Key)}</small>";
                Add(page, $"<td>{cell}</td>");
            }

            page.Append("</tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void Add(StringBuilder page, FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture));
}
