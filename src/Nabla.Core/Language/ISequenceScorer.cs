using Nabla.Engine;

namespace Nabla.Core;

/// <summary>A token scorer that also scores every position of whole sequences at once, as losses and metrics need.</summary>
public interface ISequenceScorer : ITokenScorer
{
    /// <summary>Scores the next token at every position.</summary>
    /// <param name="tokens">Tokens as int64 of shape [batch, count]; no position sees a later one, so padding at the right harms nothing.</param>
    /// <returns>Scores (logits) of shape [batch, count, vocabulary], owned by the caller.</returns>
    /// <exception cref="ArgumentException">The shape is another, or the sequences are too long.</exception>
    Tensor ScoreAll(Tensor tokens);
}
