namespace Nabla.Experiments;

/// <summary>A picture of a comparison before anything draws it.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="X">Name of the horizontal axis.</param>
/// <param name="Y">Name of the vertical axis.</param>
/// <param name="Lines">The lines.</param>
public sealed record Figure(string Title, string X, string Y, IReadOnlyList<FigureLine> Lines)
{
    /// <summary>Whether the horizontal axis is logarithmic.</summary>
    public bool LogX { get; init; }

    /// <summary>Whether the vertical axis is logarithmic.</summary>
    public bool LogY { get; init; }

    /// <summary>The ends of the vertical axis; null: what the lines need.</summary>
    public (double Low, double High)? YRange { get; init; }

    /// <summary>
    /// Whether what lies above the starts of all lines may be cut off, as fits losses, where one that blows up must not
    /// flatten the others.
    /// </summary>
    public bool CutsAboveStart { get; init; }

    /// <summary>Levels that lines are measured by, such as a target, by name.</summary>
    public IReadOnlyDictionary<string, double> Levels { get; init; } = new Dictionary<string, double>();

    /// <summary>A sentence on how to read it; empty: none is needed.</summary>
    public string Note { get; init; } = "";
}
