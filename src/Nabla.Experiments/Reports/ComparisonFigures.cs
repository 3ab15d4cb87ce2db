namespace Nabla.Experiments;

/// <summary>The pictures of a comparison: losses over steps and time, against the learning rate, against time and memory.</summary>
public static class ComparisonFigures
{
    /// <summary>All pictures that have something to show.</summary>
    /// <param name="result">The comparison.</param>
    public static IReadOnlyList<Figure> Of(ComparisonResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        Figure[] figures =
        [
            // What a comparison at several rates is made for comes first; without rates it is empty.
            FinalLosses(result),
            Losses(result, "Validation loss by step", "step", Validation(point => point.Step)),
            Losses(result, "Validation loss by time", "seconds of training", Validation(point => point.Seconds)),
            Losses(
                result, "Training loss by step, smoothed", "step",
                run => Curve.Smooth([.. run.Series.Training.Select(point => ((double)point.Step, point.Loss))])),
            Rates(result),
            .. Pareto(result),
        ];
        return [.. figures.Where(figure => figure.Lines.Any(line => line.Curve.Points.Count > 0))];
    }

    private static Func<ComparedRun, IReadOnlyList<(double X, double Y)>> Validation(Func<LossPoint, double> x) =>
        run => [.. run.Series.Validation.Select(point => (x(point), point.Loss))];

    private static Figure Losses(
        ComparisonResult result, string title, string x, Func<ComparedRun, IReadOnlyList<(double X, double Y)>> points) =>
        new(title, x, title[..title.IndexOf(" by ", StringComparison.Ordinal)].ToLowerInvariant(),
            [.. result.BestRates.Select(method => new FigureLine(Curve.OverSeeds(method.Name, Color(result, method), [.. method.Runs.Select(points)])))])
        {
            CutsAboveStart = true,
            Note = result.Plan.Seeds > 1 ? "Lines are means over seeds, bands reach from the lowest to the highest seed." : "",
        };

    private static Figure FinalLosses(ComparisonResult result)
    {
        IReadOnlyList<Curve> curves = LossesByRate(result);
        double[] losses = [.. curves.SelectMany(curve => curve.Points).Select(point => point.Mean)];
        return new(
            "Final loss against the initial learning rate", "learning rate", "final validation loss", [.. curves.Select(curve => new FigureLine(curve))])
        {
            LogX = true,

            // A rate that a method breaks down at must not flatten the others.
            LogY = losses.Length > 0 && Chart.IsWide(losses.Min(), losses.Max()),
            Note = "Bands are 95 % intervals over seeds; a rate that led to no finite loss is left out. Other pictures show each "
                + "method at its best rate.",
        };
    }

    /// <summary>A line a method that was compared at several learning rates: its final loss at each.</summary>
    /// <param name="result">The comparison.</param>
    public static IReadOnlyList<Curve> LossesByRate(ComparisonResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return
        [
            .. result.Methods.GroupBy(m => m.Group).Select(group => new Curve(
                group.Key,
                Color(result, group.First()),
                [.. group.Where(m => m is { Rate: not null, FinalLoss: { } loss } && double.IsFinite(loss.Mean)).OrderBy(m => m.Rate)
                    .Select(m => new CurvePoint(
                        m.Rate!.Value, m.FinalLoss!.Value.Mean, m.FinalLoss.Value.Low ?? m.FinalLoss.Value.Mean,
                        m.FinalLoss.Value.High ?? m.FinalLoss.Value.Mean))],
                group.Any(m => m.FinalLoss?.Low is not null))),
        ];
    }

    private static Figure Rates(ComparisonResult result) => new(
        "Validation loss against the learning rate", "learning rate", "validation loss of a trial",
        [.. result.Methods.Select(method => new FigureLine(new Curve(
            method.Name,
            Color(result, method),
            [.. method.Trials.Where(trial => trial is { LearningRate: > 0, Loss: { } loss } && double.IsFinite(loss))
                .OrderBy(trial => trial.LearningRate).Select(trial => Place(trial.LearningRate, trial.Loss!.Value))],
            false)))])
    {
        LogX = true,
        Note = "Short runs on a seed of their own; a rate that led to no finite loss is left out.",
    };

    /// <summary>What a loss costs: the choice between methods that are each the best at something.</summary>
    private static IEnumerable<Figure> Pareto(ComparisonResult result)
    {
        // When time is the budget all take the same; what differs is how soon they come to a common loss.
        bool sameTime = result.Plan.TotalTime is not null;
        yield return Scatter(
            result,
            sameTime ? "Final loss against time to the target" : "Final loss against time",
            sameTime ? "seconds to the target" : "seconds of a run",
            method => sameTime ? method.Target?.Seconds?.Mean : method.Seconds);
        yield return Scatter(
            result, "Final loss against memory", "peak memory, MiB",
            method => method.PeakBytes > 0 ? method.PeakBytes / (double)(1 << 20) : null);
    }

    private static Figure Scatter(ComparisonResult result, string title, string x, Func<MethodOutcome, double?> cost)
    {
        (string Name, int Color, double Cost, double Loss)[] dots = [.. result.BestRates
            .Select(method => (method.Name, Color: Color(result, method), Cost: cost(method), Loss: method.FinalLoss?.Mean))
            .Where(dot => dot is { Cost: not null, Loss: not null })
            .Select(dot => (dot.Name, dot.Color, dot.Cost!.Value, dot.Loss!.Value))];
        // One dot says nothing that the table does not.
        FigureLine[] lines = dots.Length < 2 ? [] :
        [
            .. dots.Select(dot => new FigureLine(new Curve(dot.Name, dot.Color, [Place(dot.Cost, dot.Loss)], false)) { IsDots = true }),
            new FigureLine(new Curve(
                "not beaten in both", 7, [.. ParetoChart.Front(dots).Select(dot => Place(dot.Cost, dot.Loss))], false))
            {
                IsDashed = true,
            },
        ];
        return new Figure(title, x, "final validation loss", lines)
        {
            Note = "The dashed line joins the methods that no other beats in both.",
        };
    }

    private static CurvePoint Place(double x, double y) => new(x, y, y, y);

    /// <summary>The number of a method's color: one for a method, at whatever rate.</summary>
    internal static int Color(ComparisonResult result, MethodOutcome method)
    {
        string[] names = [.. result.Methods.Select(m => m.Group).Distinct()];
        return Math.Max(0, Array.IndexOf(names, method.Group)) % ReportPage.Colors;
    }
}
