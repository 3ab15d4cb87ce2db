namespace Nabla.Experiments.Unlearning;

/// <summary>What a model says of each token of an answer, given the prompt and the tokens before it.</summary>
/// <param name="LogProbabilities">The natural logarithm of the probability of each token.</param>
/// <param name="Hits">Whether each token is the likeliest one.</param>
/// <param name="Means">The mean of the log-probabilities of all tokens at each place, weighted with their probabilities.</param>
/// <param name="Deviations">Their standard deviation at each place, of the variance that is at least 1e-6.</param>
public sealed record ScoredAnswer(
    IReadOnlyList<double> LogProbabilities, IReadOnlyList<bool> Hits, IReadOnlyList<double> Means, IReadOnlyList<double> Deviations)
{
    /// <summary>Mean negative log-probability of a token, in nats.</summary>
    public double Loss => -LogProbabilities.Average();

    /// <summary>The answer's probability, normalized for length: the geometric mean of its tokens' probabilities.</summary>
    public double Probability => Math.Exp(-Loss);
}
