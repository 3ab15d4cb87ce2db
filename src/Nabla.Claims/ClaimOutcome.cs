namespace Nabla.Claims;

/// <summary>What came out of an experiment.</summary>
/// <param name="Verdict">What the figures say.</param>
/// <param name="Figures">The numbers the verdict rests on, the limits they were held against among them.</param>
public sealed record ClaimOutcome(Verdict Verdict, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>Pictures of the experiment.</summary>
    public IReadOnlyList<ClaimPlot> Plots { get; init; } = [];

    /// <summary>Holds or fails.</summary>
    public static ClaimOutcome Of(bool holds, params (string Name, double Value)[] figures) =>
        new(holds ? Verdict.Holds : Verdict.Fails, figures.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal));
}
