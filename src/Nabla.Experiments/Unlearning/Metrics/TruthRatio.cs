namespace Nabla.Experiments.Unlearning;

/// <summary>
/// How likely wrong answers are beside the right one (TOFU, arXiv:2401.06121): the geometric mean of the wrong answers'
/// probabilities divided by the right one's, each normalized for length.
/// </summary>
public static class TruthRatio
{
    private const double Guard = 1e-10;

    /// <summary>The ratio of an example.</summary>
    /// <param name="right">Mean negative log-probability of a token of the right answer.</param>
    /// <param name="wrong">The same of each wrong answer; at least one.</param>
    /// <returns>0 where wrong answers are impossible, 1 where all are alike, above 1 where wrong ones are likelier.</returns>
    public static double Of(double right, IReadOnlyList<double> wrong) => Math.Exp(-MeanOf(wrong)) / (Math.Exp(-right) + Guard);

    /// <summary>Of examples that were to be forgotten: the mean of min(R, 1/R), 1 where the model cannot tell right from wrong.</summary>
    /// <param name="ratio">The ratio of an example.</param>
    public static double Forgotten(double ratio) => Math.Min(ratio, 1 / (ratio + Guard));

    /// <summary>Of examples that were to stay: max(0, 1 - R), 1 where wrong answers are impossible ("TR+").</summary>
    /// <param name="ratio">The ratio of an example.</param>
    public static double Kept(double ratio) => Math.Max(0, 1 - ratio);

    /// <summary>The newer alternative to <see cref="Kept"/>: the right answer's share, 1 / (1 + R) but for the guard.</summary>
    /// <param name="right">Mean negative log-probability of a token of the right answer.</param>
    /// <param name="wrong">The same of each wrong answer; at least one.</param>
    public static double RightShare(double right, IReadOnlyList<double> wrong)
    {
        double likely = Math.Exp(-right);
        return likely / (likely + Math.Exp(-MeanOf(wrong)) + Guard);
    }

    /// <summary>The probability of the right answer among the options, as TOFU has it for facts of the world.</summary>
    /// <param name="right">Mean negative log-probability of a token of the right answer.</param>
    /// <param name="wrong">The same of each wrong answer; at least one.</param>
    public static double AmongOptions(double right, IReadOnlyList<double> wrong)
    {
        ArgumentNullException.ThrowIfNull(wrong);
        double likely = Math.Exp(-right);
        return likely / (likely + wrong.Sum(w => Math.Exp(-w)) + Guard);
    }

    private static double MeanOf(IReadOnlyList<double> wrong)
    {
        ArgumentNullException.ThrowIfNull(wrong);
        return wrong.Count > 0
            ? wrong.Average()
            : throw new ArgumentException("A truth ratio needs at least one wrong answer.", nameof(wrong));
    }
}
