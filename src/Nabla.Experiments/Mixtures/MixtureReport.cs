using System.Globalization;
using System.Text;
using Nabla.Procedures.Mixtures;

namespace Nabla.Experiments.Mixtures;

/// <summary>The reports about mixtures: one HTML file each, with nothing outside it.</summary>
public static class MixtureReport
{
    /// <summary>The report of a fit.</summary>
    /// <param name="outcome">What came out.</param>
    /// <param name="plan">What was asked.</param>
    public static string Render(MixtureOutcome outcome, MixturePlan plan)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        ArgumentNullException.ThrowIfNull(plan);
        MixtureModel model = outcome.Result.Model;
        StringBuilder page = new(ReportPage.Begin($"{model.Shape.Experts} experts for '{plan.Label}'"));
        Add(page, $"<p class=\"soft\">{Markup.Text(outcome.Table.Summary)}.</p>\n");
        Add(page, $"<p class=\"headline\">{outcome.NegativeLogLikelihood:F4} nats a row after {outcome.Result.Iterations} iterations on all rows ({Markup.Text(outcome.Result.Ending.Key)}).</p>\n");
        Add(page, $"<p>{Markup.Text(outcome.Result.Ending.Advice)}</p>\n");
        if (outcome.PredictedRate is { } rate)
        {
            string measured = outcome.MeasuredRate is { } m ? string.Create(CultureInfo.InvariantCulture, $"{m:G4} as measured") : "an amount too small to measure";
            Add(page, $"<p>Near the solution an EM step leaves {rate:G4} of the error as the missing information predicts, and {measured}.</p>\n");
        }

        Choice(page, outcome);
        double[] responsibilities = new MixtureOfExperts(plan.Options with { Experts = model.Shape.Experts, Kind = model.Shape.Kind })
            .Responsibilities(outcome.Table.Rows, model);
        Regions(page, outcome, responsibilities);
        if (model.Shape.Experts > 1)
        {
            page.Append("<h2>Which expert takes which region</h2>\n<p class=\"soft\">The background is the expert that the gate prefers, over the two features on which it depends most and with all others at their mean; a dot is a row, in the color of the expert that explains it best.</p>\n");
            Legend(page, model.Shape.Experts);
            Add(page, $"<figure tabindex=\"0\">{PartitionPlot.Render(outcome.Table, model, responsibilities)}</figure>\n");
        }

        Coefficients(page, outcome);
        Chart curve = new()
        {
            Id = "likelihood",
            Title = "Penalized loss by iteration",
            XLabel = "iteration",
            YLabel = "penalized loss, nats a row",
            Curves = [Curve.OverSeeds("loss", 0, [[.. outcome.LearningCurve.Select((l, i) => ((double)i, l))]])],
            IsLogarithmicY = false,
        };
        if (!curve.IsEmpty)
        {
            Add(page, $"<h2>The likelihood's curve</h2>\n<p class=\"soft\">The chosen fit to the training rows, with labels scaled to deviation 1.</p>\n<figure tabindex=\"0\">{curve.ToSvg()}</figure>\n");
        }

        Again(page, plan.Command);
        return page.Append(ReportPage.End).ToString();
    }

    /// <summary>The report of a study.</summary>
    /// <param name="cells">What was measured.</param>
    /// <param name="study">What was asked.</param>
    /// <param name="command">The command that does it again; null: none is shown.</param>
    public static string Render(IReadOnlyList<MixtureStudyCell> cells, MixtureStudy study, string? command)
    {
        ArgumentNullException.ThrowIfNull(cells);
        ArgumentNullException.ThrowIfNull(study);
        StringBuilder page = new(ReportPage.Begin("EM, gradient EM and gradient descent"));
        Add(page, $"<p class=\"soft\">Mixtures of {study.Kind} experts on data of their own: {study.Rows} rows of {study.Columns} normal features, gate weights of length {study.GateNorm}, {study.Seeds} seeds. A run starts at the truth with a Gaussian perturbation of half its length. Iterations count until the loss is within {MixtureStudy.Margin} nats of the best that any method found, at most {study.Iterations}. The gradient methods have the best of the rates {string.Join(", ", study.Rates)}; gradient EM makes {study.InnerSteps} steps on one E-step. Intervals are 95 % bootstraps over seeds.</p>\n");
        page.Append(ReportPage.Scroll + "<table>\n<thead><tr><th>Experts</th><th>Signal</th><th class=\"t\">Method</th><th>Iterations</th><th>Reached</th><th>Error of coefficients</th><th>Seconds</th><th>Rate</th></tr></thead>\n<tbody>\n");
        foreach (MixtureStudyCell cell in cells)
        {
            string rate = cell.Rate > 0 ? cell.Rate.ToString(CultureInfo.InvariantCulture) : "–";
            Add(page, $"<tr><td>{cell.Experts}</td><td>{cell.Signal}</td><td class=\"t\">{cell.Method}</td><td>{cell.Iterations.Mean:F1} ({cell.Iterations.Low:F1} to {cell.Iterations.High:F1})</td><td>{cell.Reached} of {cell.Runs}</td>");
            Add(page, $"<td>{cell.Error.Mean:F4} ({cell.Error.Low:F4} to {cell.Error.High:F4})</td><td>{cell.Seconds:F3}</td><td>{rate}</td></tr>\n");
        }

        page.Append("</tbody></table></div>\n");
        foreach (int experts in study.Experts)
        {
            (string Title, string Label, Func<MixtureStudyCell, Interval> Value)[] pictures =
                [("Iterations", "iterations", c => c.Iterations), ("Relative error of the coefficients", "relative error", c => c.Error)];
            foreach ((string title, string label, Func<MixtureStudyCell, Interval> value) in pictures)
            {
                Curve[] curves =
                [
                    .. cells.Where(c => c.Experts == experts).GroupBy(c => c.Method).Select((g, i) => new Curve(
                        g.Key,
                        i % ReportPage.Colors,
                        [.. g.Select(c => new CurvePoint(c.Signal, value(c).Mean, value(c).Low ?? value(c).Mean, value(c).High ?? value(c).Mean))],
                        true)),
                ];
                Chart chart = new()
                {
                    Id = $"study-{experts}-{label.Replace(' ', '-')}",
                    Title = $"{title}, {experts} experts",
                    XLabel = "length of the coefficients, in deviations of the noise",
                    YLabel = label,
                    Curves = curves,
                    IsLogarithmicX = true,
                    CutsAboveStart = false,
                };
                if (chart.IsEmpty)
                {
                    continue;
                }

                Add(page, $"<h2>{Markup.Text(chart.Title)}</h2>\n<div class=\"legend\">");
                foreach (Curve curve in curves)
                {
                    Add(page, $"<span><span class=\"key c{curve.Color}\"></span>{Markup.Text(curve.Name)}</span>");
                }

                Add(page, $"</div>\n<figure tabindex=\"0\">{chart.ToSvg()}</figure>\n");
            }
        }

        Again(page, command);
        return page.Append(ReportPage.End).ToString();
    }

    private static void Choice(StringBuilder page, MixtureOutcome outcome)
    {
        page.Append("<h2>Number of experts</h2>\n<p class=\"soft\">Fitted to four fifths of the rows and held against the rest, in nats a row; the least on held-out rows is kept and fitted to all rows.</p>\n");
        page.Append(ReportPage.Scroll + "<table>\n<thead><tr><th>Experts</th><th>Training</th><th>Held out</th><th>Iterations</th><th>Spread over restarts</th></tr></thead>\n<tbody>\n");
        foreach (MixtureTrial trial in outcome.Trials)
        {
            string best = trial.Experts == outcome.Result.Model.Shape.Experts ? " class=\"best\"" : "";
            Add(page, $"<tr{best}><td>{trial.Experts}</td><td>{trial.Training:F4}</td><td>{trial.HeldOut:F4}</td><td>{trial.Iterations}</td><td>{trial.Spread:G3}</td></tr>\n");
        }

        page.Append("</tbody></table></div>\n");
        if (outcome.Trials.Count < 2)
        {
            return;
        }

        Chart chart = new()
        {
            Id = "held-out",
            Title = "Held-out loss by number of experts",
            XLabel = "experts",
            YLabel = "nats a row",
            CutsAboveStart = false,
            IsLogarithmicY = false,
            Curves =
            [
                Curve.OverSeeds("held out", 0, [[.. outcome.Trials.Select(t => ((double)t.Experts, t.HeldOut))]]),
                Curve.OverSeeds("training", 1, [[.. outcome.Trials.Select(t => ((double)t.Experts, t.Training))]]),
            ],
        };
        Add(page, $"<div class=\"legend\"><span><span class=\"key c0\"></span>held out</span><span><span class=\"key c1\"></span>training</span></div>\n<figure tabindex=\"0\">{chart.ToSvg()}</figure>\n");
    }

    // Where an expert's rows differ most from all rows, in deviations.
    private static void Regions(StringBuilder page, MixtureOutcome outcome, double[] responsibilities)
    {
        MixtureModel model = outcome.Result.Model;
        int n = outcome.Table.Rows.Count, columns = model.Shape.Columns, experts = model.Shape.Experts;
        page.Append("<h2>Experts</h2>\n" + ReportPage.Scroll + "<table>\n<thead><tr><th class=\"t\">Expert</th><th>Share of rows</th><th>Signal to noise</th><th class=\"t\">Its rows differ most in</th></tr></thead>\n<tbody>\n");
        for (int k = 0; k < experts; k++)
        {
            double[] means = new double[columns];
            double weight = 0;
            for (int i = 0; i < n; i++)
            {
                double r = responsibilities[(i * experts) + k];
                weight += r;
                for (int c = 0; c < columns; c++)
                {
                    means[c] += r * outcome.Table.Rows.Row(i)[c];
                }
            }

            string[] most =
            [
                .. Enumerable.Range(0, columns).OrderByDescending(c => Math.Abs(means[c])).Take(3).Where(_ => weight > 0).Select(c =>
                    string.Create(CultureInfo.InvariantCulture, $"{outcome.Table.Names[c]} (mean {outcome.Table.Unscaled(c, means[c] / weight):G4}, {means[c] / weight:+0.0;-0.0;0.0} deviations)")),
            ];
            string signal = outcome.SignalToNoise.Count > k ? outcome.SignalToNoise[k].ToString("G4", CultureInfo.InvariantCulture) : "–";
            Add(page, $"<tr><td class=\"t\"><span class=\"key c{k % ReportPage.Colors}\"></span>{k + 1}</td><td>{outcome.Result.Shares[k]:P1}</td><td>{signal}</td><td class=\"t w\">{Markup.Text(string.Join("; ", most))}</td></tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void Coefficients(StringBuilder page, MixtureOutcome outcome)
    {
        MixtureModel model = outcome.File.Model;
        int experts = model.Shape.Experts, free = model.Shape.RowsPerExpert;
        page.Append("<h2>Coefficients</h2>\n<p class=\"soft\">In the units of the data.");
        string kind = model.Shape.Kind switch
        {
            ExpertKind.Linear => " They add up to the expert's prediction.",
            ExpertKind.Logistic => $" They add up to the log odds of '{outcome.Table.Classes[1]}' against '{outcome.Table.Classes[0]}'.",
            _ => $" They add up to the log odds of a class against '{outcome.Table.Classes[^1]}'.",
        };
        Add(page, $"{Markup.Text(kind)} Gates add up to the log odds of an expert against the last.</p>\n{ReportPage.Scroll}<table>\n<thead><tr><th class=\"t\">Feature</th>");
        for (int k = 0; k < experts; k++)
        {
            for (int row = 0; row < free; row++)
            {
                string of = free > 1 ? $": {outcome.Table.Classes[row]}" : "";
                Add(page, $"<th>Expert {k + 1}{Markup.Text(of)}</th>");
            }
        }

        for (int k = 0; k < experts - 1; k++)
        {
            Add(page, $"<th>Gate {k + 1}</th>");
        }

        page.Append("</tr></thead>\n<tbody>\n");
        for (int c = 0; c <= model.Shape.Columns; c++)
        {
            string name = c < model.Shape.Columns ? outcome.Table.Names[c] : "(constant)";
            Add(page, $"<tr><td class=\"t\">{Markup.Text(name)}</td>");
            for (int k = 0; k < experts; k++)
            {
                for (int row = 0; row < free; row++)
                {
                    Add(page, $"<td>{model.Coefficients(k, row)[c]:G5}</td>");
                }
            }

            for (int k = 0; k < experts - 1; k++)
            {
                Add(page, $"<td>{model.Gate(k)[c]:G5}</td>");
            }

            page.Append("</tr>\n");
        }

        if (model.Variances.Length > 0)
        {
            page.Append("<tr><td class=\"t\">(deviation of the noise)</td>");
            foreach (double variance in model.Variances)
            {
                Add(page, $"<td>{Math.Sqrt(variance):G5}</td>");
            }

            for (int k = 0; k < experts - 1; k++)
            {
                page.Append("<td></td>");
            }

            page.Append("</tr>\n");
        }

        page.Append("</tbody></table></div>\n");
    }

    private static void Legend(StringBuilder page, int experts)
    {
        page.Append("<div class=\"legend\">");
        for (int k = 0; k < experts; k++)
        {
            Add(page, $"<span><span class=\"key c{k % ReportPage.Colors}\"></span>expert {k + 1}</span>");
        }

        page.Append("</div>\n");
    }

    private static void Again(StringBuilder page, string? command)
    {
        if (command is not null)
        {
            Add(page, $"<h2>Do it again</h2>\n<pre tabindex=\"0\">{Markup.Text(command)}</pre>\n");
        }
    }

    private static void Add(StringBuilder page, FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture));
}
