using Nabla.Engine;

namespace Nabla.Problems.Datasets;

/// <summary>
/// Gives the indices of a data set in an order that is drawn anew for each pass. The position is one number, from which
/// the order is rebuilt. Not thread-safe.
/// </summary>
public sealed class EpochSampler
{
    private readonly Seed _seed;
    private readonly int[] _order;
    private long _epoch = -1;

    /// <summary>Starts at position 0.</summary>
    /// <param name="count">The number of indices, at least 1.</param>
    /// <param name="seed">Fixes the order of every pass.</param>
    public EpochSampler(int count, Seed seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _seed = seed.Derive("epochs");
        _order = new int[count];
    }

    /// <summary>How many indices were given; may be set to any number from 0.</summary>
    public long Position { get; set; }

    /// <summary>Gives the next index.</summary>
    /// <returns>From 0 to the count - 1; each once a pass.</returns>
    public int Next()
    {
        var epoch = Math.DivRem(Position, _order.Length, out var at);
        if (epoch != _epoch)
        {
            for (var i = 0; i < _order.Length; i++)
            {
                _order[i] = i;
            }

            new RandomStream(_seed.Derive(epoch)).Shuffle(_order.AsSpan());
            _epoch = epoch;
        }

        Position++;
        return _order[at];
    }
}
