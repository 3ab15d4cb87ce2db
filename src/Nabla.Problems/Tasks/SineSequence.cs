using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Problems.Tasks;

/// <summary>
/// Regression in sequence: a stream shows samples of one sine wave, then of the next. A model reads a number and which wave it is; the
/// query after a stream covers all of its waves, and the next batch begins a stream of new ones.
/// </summary>
public sealed class SineSequence : IAdaptationTask
{
    private readonly Seed _seed;
    private readonly int _each;
    private readonly int _rows;
    private readonly int _ids;
    private readonly (double Amplitude, double Phase, int Id)[] _waves;
    private long _stream = -1;
    private long _position;

    /// <summary>Makes the streams.</summary>
    /// <param name="waves">Waves of a stream; from 1 to <paramref name="ids"/>.</param>
    /// <param name="each">Batches of each wave; at least 1.</param>
    /// <param name="rows">Samples of a batch; at least 1.</param>
    /// <param name="ids">Numbers that say which wave it is; inputs have one more.</param>
    /// <param name="seed">Fixes waves and samples.</param>
    public SineSequence(int waves, int each, int rows, int ids, Seed seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(waves, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(each, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ids, waves);
        (_each, _rows, _ids, _seed) = (each, rows, ids, seed);
        _waves = new (double, double, int)[waves];
    }

    /// <inheritdoc/>
    public string Name => "sine stream";

    /// <summary>None: the model's own head answers.</summary>
    public IReadOnlyList<Parameter> Parameters => [];

    private int StreamLength => _waves.Length * _each;

    /// <summary>The next batch of the stream: samples of one wave. After the last the stream goes on with new waves.</summary>
    /// <returns>Inputs [rows, ids + 1], targets [rows, 1].</returns>
    public Batch NextBatch()
    {
        Begin(_position / StreamLength);
        var wave = (int)(_position % StreamLength) / _each;
        var random = new RandomStream(_seed.Derive("batch").Derive(_position++));
        return Make(random, () => wave, _rows);
    }

    /// <summary>Samples of all waves of the stream that was shown last, four times as many as a batch has for each wave.</summary>
    public Batch NextQuery()
    {
        Begin(Math.Max(0, _position - 1) / StreamLength);
        // What is left of a stream that was not walked to its end is skipped.
        _position = (_stream + 1) * StreamLength;
        var random = new RandomStream(_seed.Derive("query").Derive(_stream));
        return Make(random, () => random.NextInt(_waves.Length), 4 * _rows * _waves.Length);
    }

    /// <summary>Samples of one wave of the stream that was shown last.</summary>
    /// <param name="wave">Its number in the stream, from 0.</param>
    /// <param name="rows">How many samples; at least 1.</param>
    public Batch Samples(int wave, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(wave);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(wave, _waves.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        Begin(Math.Max(0, _position - 1) / StreamLength);
        return Make(new RandomStream(_seed.Derive("samples").Derive(_stream).Derive(wave)), () => wave, rows);
    }

    /// <inheritdoc/>
    public Tensor Loss(Module model, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = new TensorScope();
        return (model.Forward(batch.Inputs) - batch.Targets).Square().Mean().MoveToOuter();
    }

    /// <summary>The mean loss on all waves of the stream that was shown last.</summary>
    /// <param name="model">The model.</param>
    public double Evaluate(Module model)
    {
        using var mode = GradMode.Disable();
        var sum = 0.0;
        for (var wave = 0; wave < _waves.Length; wave++)
        {
            using var scope = new TensorScope();
            using var batch = Samples(wave, 64);
            sum += Loss(model, batch).Item() / _waves.Length;
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Integer("position", _position);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _position = reader.Integer("position");
    }

    private void Begin(long stream)
    {
        if (stream == _stream)
        {
            return;
        }

        _stream = stream;
        var random = new RandomStream(_seed.Derive("waves").Derive(stream));
        var ids = Enumerable.Range(0, _ids).ToArray();
        random.Shuffle(ids.AsSpan());
        for (var i = 0; i < _waves.Length; i++)
        {
            _waves[i] = (0.1 + (0.9 * random.NextDouble()), Math.PI * random.NextDouble(), ids[i]);
        }
    }

    private Batch Make(RandomStream random, Func<int> wave, int rows)
    {
        var (inputs, targets) = (new float[rows * (_ids + 1)], new float[rows]);
        for (var row = 0; row < rows; row++)
        {
            var (amplitude, phase, id) = _waves[wave()];
            var x = (10 * random.NextDouble()) - 5;
            inputs[row * (_ids + 1)] = (float)(x / 5);
            inputs[(row * (_ids + 1)) + 1 + id] = 1;
            targets[row] = (float)(amplitude * Math.Sin(x + phase));
        }

        return new Batch(Tensor.From<float>(inputs, rows, _ids + 1).Release(), Tensor.From<float>(targets, rows, 1).Release(), rows);
    }
}
