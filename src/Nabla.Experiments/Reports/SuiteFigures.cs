namespace Nabla.Experiments;

/// <summary>The pictures of a suite: performance profiles by steps and by seconds, and the losses on each workload.</summary>
public static class SuiteFigures
{
    /// <summary>All pictures that have something to show.</summary>
    /// <param name="result">The suite.</param>
    public static IReadOnlyList<Figure> Of(SuiteResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return [.. ProfilesOf(result), .. result.Workloads.Select(LossesOf).Where(figure => figure.Lines.Any(line => line.Curve.Points.Count > 0))];
    }

    /// <summary>The performance profiles, up to the ratio that the score looks at.</summary>
    /// <param name="result">The suite.</param>
    public static IReadOnlyList<Figure> ProfilesOf(SuiteResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result is { Steps: { } steps, Seconds: { } seconds }
            ? [Profile(steps, "steps to the target"), Profile(seconds, "seconds to the target")]
            : [];
    }

    /// <summary>The validation losses on a workload by step, with its target.</summary>
    /// <param name="outcome">The outcome on the workload.</param>
    public static Figure LossesOf(WorkloadOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return new Figure(
            $"Validation loss on {outcome.Workload.Name}", "step", "validation loss",
            [.. outcome.Comparison.Methods.Select((method, i) => new FigureLine(Curve.OverSeeds(
                method.Name, i % ReportPage.Colors,
                [.. method.Runs.Select(run => (IReadOnlyList<(double, double)>)[.. run.Series.Validation.Select(p => ((double)p.Step, p.Loss))])])))])
        {
            CutsAboveStart = true,
            Levels = new Dictionary<string, double> { ["target"] = outcome.Target },
        };
    }

    private static Figure Profile(CostTable costs, string cost) =>
        ProfileFigures.Performance(Profiles.Performance(costs), cost, "workloads");
}
