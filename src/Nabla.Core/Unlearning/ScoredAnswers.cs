using Nabla.Engine;

namespace Nabla.Core;

/// <summary>What a model says at every position of the answers of some examples, one example after the other.</summary>
/// <param name="Logits">Shape [positions, classes]: the scores from which each answer token is predicted. No padding, no prompt.</param>
/// <param name="Targets">int64 of shape [positions]: the right classes.</param>
/// <param name="Lengths">How many positions each example has; their sum is the number of positions.</param>
/// <param name="Hidden">Shape [positions, width]: the hidden states the logits came from; null where a model has none.</param>
public sealed record ScoredAnswers(Tensor Logits, Tensor Targets, IReadOnlyList<int> Lengths, Tensor? Hidden = null) : IDisposable
{
    /// <summary>Number of positions.</summary>
    public int Positions => Lengths.Sum();

    /// <summary>The number of the example of each position, counted from 0.</summary>
    public IEnumerable<int> Owners => Lengths.SelectMany((length, example) => Enumerable.Repeat(example, length));

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Logits.Dispose();
        Targets.Dispose();
        Hidden?.Dispose();
    }
}
