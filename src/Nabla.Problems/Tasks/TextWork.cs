namespace Nabla.Problems.Tasks;

/// <summary>A text that is made ready to be learned from.</summary>
/// <param name="Windows">Draws batches.</param>
/// <param name="ValidationWindows">How many windows are held out, at least 1.</param>
/// <param name="Summary">A line about the text.</param>
/// <param name="Entropy">The entropy of single symbols of the validation text, in nats.</param>
/// <param name="Vocabulary">How many symbols there are.</param>
internal sealed record TextWork(ITextWindows Windows, int ValidationWindows, string Summary, double Entropy, int Vocabulary)
{
    /// <summary>What guesses without a model would lose.</summary>
    internal IReadOnlyDictionary<string, double> Baselines { get; } =
        new Dictionary<string, double> { ["unigram entropy"] = Entropy, ["uniform"] = Math.Log(Vocabulary) };
}
