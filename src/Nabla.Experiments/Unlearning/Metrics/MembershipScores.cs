using System.IO.Compression;
using System.Text;

namespace Nabla.Experiments.Unlearning;

/// <summary>Scores that tell whether a model was trained on a text: the lower, the likelier it was.</summary>
public static class MembershipScores
{
    /// <summary>The least tokens' share of <see cref="LowestShare"/>, as MUSE takes it.</summary>
    public const double DefaultShare = 0.4;

    /// <summary>The loss divided by the length of the text when compressed: what is surprising for its own content.</summary>
    /// <param name="loss">Mean negative log-probability of a token.</param>
    /// <param name="text">The text.</param>
    public static double Zlib(double loss, string text) => loss / CompressedLength(text);

    /// <summary>Min-K: minus the mean of the lowest log-probabilities.</summary>
    /// <param name="answer">What the model says.</param>
    /// <param name="share">Which share of the tokens; at least one is taken. Above 0, at most 1.</param>
    public static double LowestShare(ScoredAnswer answer, double share = DefaultShare)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return LowestMean(answer.LogProbabilities, share);
    }

    /// <summary>Min-K++: the same of log-probabilities standardized by those of all tokens at their place.</summary>
    /// <param name="answer">What the model says.</param>
    /// <param name="share">Which share of the tokens; at least one is taken. Above 0, at most 1.</param>
    public static double LowestStandardizedShare(ScoredAnswer answer, double share = DefaultShare)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return LowestMean(
            [.. answer.LogProbabilities.Select((value, i) => (value - answer.Means[i]) / answer.Deviations[i])], share);
    }

    /// <summary>Bytes of a text in zlib's format.</summary>
    /// <param name="text">The text.</param>
    public static int CompressedLength(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        using MemoryStream bytes = new();
        using (ZLibStream packed = new(bytes, CompressionLevel.Optimal, leaveOpen: true))
        {
            packed.Write(Encoding.UTF8.GetBytes(text));
        }

        return (int)bytes.Length;
    }

    private static double LowestMean(IReadOnlyList<double> values, double share)
    {
        if (!(share > 0 && share <= 1) || values.Count == 0)
        {
            throw new ArgumentException(FormattableString.Invariant($"The share was {share} of {values.Count} tokens; it must be above 0 and at most 1, of at least one."));
        }

        int count = Math.Max(1, (int)(share * values.Count));
        return -values.Order().Take(count).Average();
    }
}
