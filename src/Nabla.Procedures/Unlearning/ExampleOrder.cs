using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Hands out the examples of a set in batches, each once before any comes again, in an order drawn anew for each pass.</summary>
/// <param name="count">How many examples the set has.</param>
/// <param name="seed">Fixes the orders.</param>
public sealed class ExampleOrder(int count, Seed seed)
{
    private readonly RandomStream _random = new(seed);
    private readonly int[] _order = [.. Enumerable.Range(0, count)];
    private int _next;
    private bool _hasBegun;

    /// <summary>Examples handed out so far.</summary>
    public long Taken { get; private set; }

    /// <summary>The next examples of this pass: as many as asked, fewer where the pass ends.</summary>
    /// <param name="size">How many; at least 1.</param>
    public int[] Batch(int size)
    {
        if (_order.Length == 0)
        {
            throw new InvalidOperationException("The set has no examples.");
        }

        StartPassWhereNeeded();
        var taken = _order[_next..Math.Min(_next + size, _order.Length)];
        _next += taken.Length;
        Taken += taken.Length;
        return taken;
    }

    /// <summary>As many examples as asked, over the ends of passes.</summary>
    /// <param name="size">How many; at least 1.</param>
    public int[] Draw(int size)
    {
        List<int> drawn = new(size);
        while (drawn.Count < size)
        {
            drawn.AddRange(Batch(size - drawn.Count));
        }

        return [.. drawn];
    }

    /// <summary>As many examples as asked, each drawn from all, without regard to passes.</summary>
    /// <param name="size">How many; at least 1.</param>
    /// <param name="random">Draws them.</param>
    public int[] Sample(int size, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Taken += size;
        return [.. Enumerable.Range(0, size).Select(_ => random.NextInt(_order.Length))];
    }

    private void StartPassWhereNeeded()
    {
        if (!_hasBegun || _next == _order.Length)
        {
            _hasBegun = true;
            _random.Shuffle(_order.AsSpan());
            _next = 0;
        }
    }
}
