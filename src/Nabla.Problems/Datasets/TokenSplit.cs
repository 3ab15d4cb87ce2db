using Nabla.Engine;

namespace Nabla.Problems.Datasets;

/// <summary>A text of tokens, cut into a training and a validation part.</summary>
/// <param name="tokens">The text, each token below <paramref name="vocabulary"/>; at least four windows long.</param>
/// <param name="vocabulary">How many different tokens there are.</param>
/// <param name="window">The length of the windows to be drawn, at least 1.</param>
/// <param name="seed">Fixes the choice of the parts.</param>
/// <exception cref="DataException">The text is too short.</exception>
public sealed class TokenSplit(ReadOnlyMemory<int> tokens, int vocabulary, int window, Seed seed)
    : WindowSplit<int>(tokens, window, seed, "tokens")
{
    /// <summary>
    /// The loss of the best model that looks at no context: the mean of -log(frequency) over the validation tokens, the
    /// frequencies counted (plus one for each token of the vocabulary) over the training tokens.
    /// </summary>
    /// <returns>Nats a token, from above 0 to about the logarithm of the vocabulary's size.</returns>
    public double UnigramEntropy() => SymbolCounts.Entropy(Count(false), Count(true));

    private long[] Count(bool validation)
    {
        var counts = new long[vocabulary];
        foreach (var run in Runs(validation))
        {
            foreach (var token in run.Span)
            {
                counts[token]++;
            }
        }

        return counts;
    }
}
