using Nabla.Engine;

namespace Nabla.Core;

/// <summary>A model that predicts the next token from those before it.</summary>
public interface ICausalModel : ISequenceScorer
{
    /// <summary>Numbers in a hidden state.</summary>
    int Width { get; }

    /// <summary>Number of blocks.</summary>
    int Layers { get; }

    /// <summary>Computes the hidden states after the last normalization.</summary>
    /// <param name="tokens">Tokens as int64 of shape [batch, count].</param>
    /// <param name="cache">Holds the tokens before these and takes up these; null when these begin the sequences.</param>
    /// <returns>[batch, count, <see cref="Width"/>], owned by the caller; no position sees a later one.</returns>
    /// <exception cref="ArgumentException">The shape is another, or the sequences would be too long.</exception>
    Tensor Hidden(Tensor tokens, KeyValueCache? cache = null);

    /// <summary>Computes the hidden states behind a block, as methods that steer representations need.</summary>
    /// <param name="tokens">Tokens as int64 of shape [batch, count].</param>
    /// <param name="layer">The block, from 0 to <see cref="Layers"/> - 1; what it adds is included, later blocks are not run.</param>
    /// <returns>[batch, count, <see cref="Width"/>] before any last normalization, owned by the caller.</returns>
    /// <exception cref="ArgumentException">The shape is another, the sequences would be too long, or there is no such block.</exception>
    Tensor States(Tensor tokens, int layer);

    /// <summary>Computes the scores (logits) of the next token.</summary>
    /// <param name="hidden">Hidden states of shape [..., <see cref="Width"/>].</param>
    /// <returns>[..., vocabulary], owned by the caller.</returns>
    Tensor Scores(Tensor hidden);

    /// <summary>Makes a cache that fits the model.</summary>
    /// <param name="batch">How many sequences go side by side.</param>
    /// <param name="capacity">The most tokens of a sequence, padding included; at most the model's context plus the padding.</param>
    /// <param name="padding">How many tokens at the left of each sequence are padding; null for none.</param>
    /// <returns>An empty cache; the caller disposes it.</returns>
    KeyValueCache NewCache(int batch, int capacity, IReadOnlyList<int>? padding = null);

    /// <inheritdoc/>
    Tensor ISequenceScorer.ScoreAll(Tensor tokens)
    {
        using var hidden = Hidden(tokens);
        return Scores(hidden);
    }

    /// <inheritdoc/>
    IScoringSession ITokenScorer.Begin(int batch, int capacity, IReadOnlyList<int>? padding) =>
        new CachedSession(this, NewCache(batch, capacity, padding));
}
