namespace Nabla.Experiments.Unlearning;

/// <summary>How much of an answer a model has by heart.</summary>
public static class Memorization
{
    /// <summary>The share of tokens that are the likeliest ones, each given the true tokens before it.</summary>
    /// <param name="hits">Whether each token is the likeliest; the ending token left out. At least one.</param>
    public static double Exact(IReadOnlyList<bool> hits)
    {
        Check(hits);
        return (double)hits.Count(h => h) / hits.Count;
    }

    /// <summary>The longest share at the answer's end that the model completes alone: 1 - k/n, all tokens from k on are the likeliest.</summary>
    /// <remarks>0 where not even the last token is; published code gives 1/n there.</remarks>
    /// <param name="hits">Whether each token is the likeliest; the ending token left out. At least one.</param>
    public static double ExtractionStrength(IReadOnlyList<bool> hits)
    {
        Check(hits);
        int start = hits.Count;
        while (start > 0 && hits[start - 1])
        {
            start--;
        }

        return 1 - ((double)start / hits.Count);
    }

    private static void Check(IReadOnlyList<bool> hits)
    {
        ArgumentNullException.ThrowIfNull(hits);
        if (hits.Count == 0)
        {
            throw new ArgumentException("The answer has no token.", nameof(hits));
        }
    }
}
