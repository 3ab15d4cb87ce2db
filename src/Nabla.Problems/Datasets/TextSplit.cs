using Nabla.Engine;

namespace Nabla.Problems.Datasets;

/// <summary>A text of bytes, cut into a training and a validation part.</summary>
/// <param name="text">The text; at least four windows long.</param>
/// <param name="window">The length of the windows to be drawn, at least 1.</param>
/// <param name="seed">Fixes the choice of the parts.</param>
/// <exception cref="DataException">The text is too short.</exception>
public sealed class TextSplit(ReadOnlyMemory<byte> text, int window, Seed seed) : WindowSplit<byte>(text, window, seed, "bytes")
{
    private const int Values = 256;

    /// <summary>
    /// The loss of the best model that looks at no context: the mean of -log(frequency) over the validation bytes, the
    /// frequencies counted (plus one for each of the 256 values) over the training bytes.
    /// </summary>
    /// <returns>Nats a byte, from above 0 to about log 256.</returns>
    public double UnigramEntropy() => SymbolCounts.Entropy(Count(false), Count(true));

    private long[] Count(bool validation)
    {
        var counts = new long[Values];
        foreach (var run in Runs(validation))
        {
            foreach (var b in run.Span)
            {
                counts[b]++;
            }
        }

        return counts;
    }
}
