using Nabla.Engine;

namespace Nabla.Procedures;

/// <summary>Draws sets of different numbers below a count, every set equally likely.</summary>
internal sealed class SampleDrawer
{
    private readonly int[] _order;
    private readonly RandomStream _random;

    public SampleDrawer(int count, RandomStream random)
    {
        _order = [.. Enumerable.Range(0, count)];
        _random = random;
        All = [.. _order];
    }

    /// <summary>All numbers in their order.</summary>
    public int[] All { get; }

    /// <summary>A set of that size, valid until the next call; all numbers, in order, when the size is the count.</summary>
    public ReadOnlySpan<int> Draw(int size)
    {
        if (size >= All.Length)
        {
            return All;
        }

        for (var i = 0; i < size; i++)
        {
            var j = i + _random.NextInt(_order.Length - i);
            (_order[i], _order[j]) = (_order[j], _order[i]);
        }

        return _order.AsSpan(0, size);
    }
}
