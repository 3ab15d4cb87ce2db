using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Problems.Models;

/// <summary>What models that predict the next token share: scores at every position from hidden states.</summary>
public abstract class CausalModel : Module, ICausalModel
{
    /// <inheritdoc/>
    public abstract int Vocabulary { get; }

    /// <inheritdoc/>
    public abstract int Context { get; }

    /// <inheritdoc/>
    public abstract int Width { get; }

    /// <inheritdoc/>
    public abstract int Layers { get; }

    /// <summary>Computes the scores of the next token at every position.</summary>
    /// <param name="input">Tokens as int64 of shape [batch, length], length at most the context.</param>
    /// <returns>Scores of shape [batch, length, vocabulary], owned by the caller; no position sees a later one.</returns>
    /// <exception cref="ArgumentException">The shape is another or the sequence too long.</exception>
    public override Tensor Forward(Tensor input)
    {
        using var scope = new TensorScope();
        return Scores(Hidden(input)).MoveToOuter();
    }

    /// <inheritdoc/>
    public abstract Tensor Hidden(Tensor tokens, KeyValueCache? cache = null);

    /// <inheritdoc/>
    public abstract Tensor States(Tensor tokens, int layer);

    /// <inheritdoc/>
    public abstract Tensor Scores(Tensor hidden);

    /// <inheritdoc/>
    public abstract KeyValueCache NewCache(int batch, int capacity, IReadOnlyList<int>? padding = null);

    private protected void RequireLayer(int layer)
    {
        if (layer < 0 || layer >= Layers)
        {
            throw new ArgumentException($"The model has no block {layer}; its blocks are 0 to {Layers - 1}.", nameof(layer));
        }
    }
}
