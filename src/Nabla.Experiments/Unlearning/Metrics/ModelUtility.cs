namespace Nabla.Experiments.Unlearning;

/// <summary>What a model is still good for, in one number: the harmonic mean of its scores on what was to stay (TOFU).</summary>
public static class ModelUtility
{
    /// <summary>The harmonic mean; 0 where a score is 0, as TOFU has it.</summary>
    /// <param name="scores">Numbers from 0 on; at least one.</param>
    /// <exception cref="ArgumentException">There is no score, or one is negative or no number.</exception>
    public static double HarmonicMean(IReadOnlyList<double> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (scores.Count == 0 || scores.Any(s => !(s >= 0)))
        {
            throw new ArgumentException("A harmonic mean needs at least one number, and none below 0.", nameof(scores));
        }

        return scores.Any(s => s == 0) ? 0 : scores.Count / scores.Sum(s => 1 / s);
    }
}
