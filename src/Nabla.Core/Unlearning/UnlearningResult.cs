namespace Nabla.Core;

/// <summary>How a method of unlearning ended.</summary>
/// <param name="Ending">Why, with advice.</param>
/// <param name="Steps">Steps made.</param>
/// <param name="Counts">What was read and computed.</param>
public sealed record UnlearningResult(Ending Ending, long Steps, UnlearningCounts Counts)
{
    /// <summary>What takes the model's place when text is generated or scored; null where the model itself changed. Disposed by the caller if it can be.</summary>
    public ISequenceScorer? Scorer { get; init; }

    /// <summary>Names of the parameters that the method may have changed; empty for methods around the model.</summary>
    public IReadOnlyList<string> ChangedParameters { get; init; } = [];

    /// <summary>Figures of the method worth recording, by name.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; init; } = new Dictionary<string, double>();
}
