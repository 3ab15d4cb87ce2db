namespace Nabla.Experiments.Unlearning;

/// <summary>What a model does with the examples of a set, one number an example in the order of the set.</summary>
/// <param name="Set">The set.</param>
public sealed record SetScores(AuditSet Set)
{
    /// <summary>The answers' probabilities, normalized for length; among options where the set has them.</summary>
    public IReadOnlyList<double> Probability { get; init; } = [];

    /// <summary>ROUGE-L recall of what the model answers; empty for documents.</summary>
    public IReadOnlyList<double> Rouge { get; init; } = [];

    /// <summary>Truth ratios; empty without wrong answers.</summary>
    public IReadOnlyList<double> TruthRatios { get; init; } = [];

    /// <summary>Shares of answer tokens that are the likeliest.</summary>
    public IReadOnlyList<double> ExactMemorization { get; init; } = [];

    /// <summary>Shares at the answers' ends that the model completes alone.</summary>
    public IReadOnlyList<double> ExtractionStrength { get; init; } = [];

    /// <summary>Whether questions with choices are answered rightly, 0 or 1; empty for other examples.</summary>
    public IReadOnlyList<double> Accuracy { get; init; } = [];

    /// <summary>What the model answers, greedily; empty for documents.</summary>
    public IReadOnlyList<string> Answers { get; init; } = [];

    /// <summary>Membership scores by name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> Membership { get; init; } = new Dictionary<string, IReadOnlyList<double>>();

    /// <summary>Mean negative log-probability of an answer token of each example.</summary>
    public IReadOnlyList<double> Losses { get; init; } = [];
}
