namespace Nabla.Core;

/// <summary>The weights of one attention layer: which outputs of which linear layers are queries, keys and values.</summary>
/// <param name="Name">The dotted name of the layer in its model.</param>
/// <param name="Query">Writes the queries, head after head.</param>
/// <param name="QueryAt">The first output that is a query.</param>
/// <param name="Key">Writes the keys, group after group.</param>
/// <param name="KeyAt">The first output that is a key.</param>
/// <param name="Value">Writes the values, group after group.</param>
/// <param name="ValueAt">The first output that is a value.</param>
/// <param name="Output">Reads the mixed values of all heads.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="Groups">Heads of keys and values, each for as many consecutive query heads.</param>
/// <param name="Size">Numbers of a head.</param>
/// <param name="TurnsByPosition">Whether queries and keys are turned by their positions before they meet.</param>
public sealed record AttentionLayer(
    string Name,
    Linear Query,
    int QueryAt,
    Linear Key,
    int KeyAt,
    Linear Value,
    int ValueAt,
    Linear Output,
    int Heads,
    int Groups,
    int Size,
    bool TurnsByPosition);
