using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>
/// Which example lies in which slice of which shard, in which order each model of a shard reads its slices, and how many stages
/// of each model are still free of deleted examples.
/// </summary>
/// <remarks>
/// Stage i of a model reads the first i slices of its sequence, so a deletion in the slice at place i makes the stages from i on
/// unusable. Sequences are rotations of the slices: with as many as there are slices, each slice comes last, and so first to go,
/// in one of them.
/// </remarks>
public sealed class SliceSchedule
{
    private readonly int[] _cellOf;
    private readonly int[][] _sequences;
    private readonly int[,] _active;
    private readonly HashSet<int> _deleted = [];

    /// <summary>Shares examples out at random.</summary>
    /// <param name="examples">How many examples there are; at least one for each slice of each shard.</param>
    /// <param name="shards">Parts with models of their own; at least 1.</param>
    /// <param name="slices">Slices of a shard; at least 1.</param>
    /// <param name="sequences">Models of a shard; 1 to <paramref name="slices"/>.</param>
    /// <param name="seed">Fixes who lies where.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is out of range.</exception>
    public SliceSchedule(int examples, int shards, int slices, int sequences, Seed seed)
        : this(examples, shards, slices, Rotations(slices, sequences), seed)
    {
    }

    /// <summary>Shares examples out at random, with sequences of one's own.</summary>
    /// <param name="examples">How many examples there are; at least one for each slice of each shard.</param>
    /// <param name="shards">Parts with models of their own; at least 1.</param>
    /// <param name="slices">Slices of a shard; at least 1.</param>
    /// <param name="sequences">The order of slices of each model, each a permutation of 0, 1, …; at least one.</param>
    /// <param name="seed">Fixes who lies where.</param>
    /// <exception cref="ArgumentException">A sequence is no permutation of the slices.</exception>
    public SliceSchedule(int examples, int shards, int slices, IReadOnlyList<int[]> sequences, Seed seed)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(slices, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(sequences.Count, 1, nameof(sequences));
        ArgumentOutOfRangeException.ThrowIfLessThan(examples, shards * slices);
        if (sequences.Any(sequence => !sequence.Order().SequenceEqual(Enumerable.Range(0, slices))))
        {
            throw new ArgumentException($"Each sequence names the slices 0 to {slices - 1} once each.", nameof(sequences));
        }

        (Shards, Slices) = (shards, slices);
        _sequences = [.. sequences];
        int[] order = [.. Enumerable.Range(0, examples)];
        new RandomStream(seed.Derive("slices")).Shuffle(order.AsSpan());
        _cellOf = new int[examples];
        for (var i = 0; i < examples; i++)
        {
            _cellOf[order[i]] = i % (shards * slices);
        }

        _active = new int[shards, _sequences.Length];
        for (var shard = 0; shard < shards; shard++)
        {
            for (var model = 0; model < _sequences.Length; model++)
            {
                _active[shard, model] = slices;
            }
        }
    }

    /// <summary>Parts with models of their own.</summary>
    public int Shards { get; }

    /// <summary>Slices of a shard, and stages of a model.</summary>
    public int Slices { get; }

    /// <summary>Models of a shard.</summary>
    public int Sequences => _sequences.Length;

    /// <summary>Whether every shard has a model with a stage left; when not, it is time to train anew.</summary>
    public bool IsServing => Enumerable.Range(0, Shards).All(shard => ActiveStages(shard, Best(shard)) > 0);

    /// <summary>Examples deleted so far.</summary>
    public int Deleted => _deleted.Count;

    /// <summary>Rotations of 0, 1, … by equal parts of the way round.</summary>
    /// <param name="slices">How many numbers; at least 1.</param>
    /// <param name="count">How many rotations; 1 to <paramref name="slices"/>.</param>
    public static IReadOnlyList<int[]> Rotations(int slices, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slices, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, slices);
        return [.. Enumerable.Range(0, count).Select(k => Enumerable.Range(0, slices).Select(i => (i + (k * slices / count)) % slices).ToArray())];
    }

    /// <summary>The examples that a stage of a model reads, in increasing order; those deleted before it is trained are left out.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="model">The model, by the number of its sequence.</param>
    /// <param name="stage">The stage, from 0: it reads the slices at places 0 to <paramref name="stage"/>.</param>
    public IReadOnlyList<int> Examples(int shard, int model, int stage)
    {
        var read = _sequences[model].Take(stage + 1).ToHashSet();
        return [.. Enumerable.Range(0, _cellOf.Length).Where(i =>
            _cellOf[i] % Shards == shard && read.Contains(_cellOf[i] / Shards) && !_deleted.Contains(i))];
    }

    /// <summary>How many stages of a model have seen no deleted example.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="model">The model, by the number of its sequence.</param>
    public int ActiveStages(int shard, int model) => _active[shard, model];

    /// <summary>The model of a shard with most stages left; the first of equals.</summary>
    /// <param name="shard">The shard.</param>
    public int Best(int shard) => Enumerable.Range(0, Sequences).MaxBy(model => _active[shard, model]);

    /// <summary>Makes every stage unusable that read an example.</summary>
    /// <param name="example">The number of the example.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such example.</exception>
    public void Delete(int example)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(example);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(example, _cellOf.Length);
        _deleted.Add(example);
        int shard = _cellOf[example] % Shards, slice = _cellOf[example] / Shards;
        for (var model = 0; model < Sequences; model++)
        {
            _active[shard, model] = Math.Min(_active[shard, model], Array.IndexOf(_sequences[model], slice));
        }
    }

    /// <summary>How many deletions of random examples are absorbed before a shard has no stage left.</summary>
    /// <param name="random">Draws the examples.</param>
    public int AbsorbAtRandom(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        int[] order = [.. Enumerable.Range(0, _cellOf.Length).Where(i => !_deleted.Contains(i))];
        random.Shuffle(order.AsSpan());
        var absorbed = 0;
        foreach (var example in order)
        {
            Delete(example);
            if (!IsServing)
            {
                break;
            }

            absorbed++;
        }

        return absorbed;
    }
}
