namespace Nabla.Problems.Datasets;

/// <summary>What counts of symbols say of a text.</summary>
internal static class SymbolCounts
{
    /// <summary>The mean of -log(frequency) over one text, the frequencies, plus one a symbol, counted over another.</summary>
    /// <param name="counted">How often each symbol is in the text that frequencies are counted over.</param>
    /// <param name="judged">How often each is in the text that is judged.</param>
    /// <returns>Nats a symbol.</returns>
    internal static double Entropy(long[] counted, long[] judged)
    {
        var total = counted.Sum() + (double)counted.Length;
        var sum = 0.0;
        for (var value = 0; value < counted.Length; value++)
        {
            sum -= judged[value] * Math.Log((counted[value] + 1) / total);
        }

        return sum / judged.Sum();
    }
}
