namespace Nabla.Claims;

/// <summary>Lines over one pair of axes.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="X">Name of the horizontal axis.</param>
/// <param name="Y">Name of the vertical axis.</param>
/// <param name="Lines">The lines by name.</param>
public sealed record ClaimPlot(
    string Title, string X, string Y, IReadOnlyDictionary<string, IReadOnlyList<(double X, double Y)>> Lines)
{
    /// <summary>Whether the horizontal axis is logarithmic.</summary>
    public bool LogX { get; init; }

    /// <summary>Whether the vertical axis is logarithmic.</summary>
    public bool LogY { get; init; }
}
