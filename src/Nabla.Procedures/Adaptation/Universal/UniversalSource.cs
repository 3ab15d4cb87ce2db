using System.Globalization;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>
/// Sequences that begin as random tokens and go through random computations again and again, so that they become predictable in
/// part, in ways that are never the same. Saving holds all of them.
/// </summary>
public sealed class UniversalSource : IStateful
{
    private readonly UniversalPretrainingOptions _options;
    private readonly int _vocabulary;
    private readonly Seed _seed;
    private readonly int[][] _kept;
    private long _round;

    /// <summary>Fills the buffer with random tokens.</summary>
    /// <param name="options">Sizes.</param>
    /// <param name="vocabulary">Different tokens; at least 2.</param>
    /// <param name="seed">Fixes everything.</param>
    /// <exception cref="OptionException">An option is wrong.</exception>
    public UniversalSource(UniversalPretrainingOptions options, int vocabulary, Seed seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabulary, 2);
        options.ThrowIfInvalid();
        (_options, _vocabulary, _seed) = (options, vocabulary, seed.Derive("universal"));
        var random = new RandomStream(_seed.Derive("first"));
        _kept = [.. Enumerable.Range(0, options.Buffer).Select(_ => Noise(random))];
    }

    /// <summary>The sequences as they are now.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Kept => _kept;

    /// <summary>Sends sequences through a fresh random computation, renews some, and draws a batch of all.</summary>
    /// <returns>Inputs and targets as int64 of shape [batch, length - 1]; a target is the token after its input.</returns>
    public Batch NextBatch()
    {
        var random = new RandomStream(_seed.Derive("round").Derive(_round));
        var computation = new RandomLstm(
            _vocabulary, _options.ComputationWidth, _options.Gain * random.NextDouble(), _options.Sharpness * random.NextDouble(), _seed.Derive("computation").Derive(_round));
        _round++;
        for (var i = 0; i < _options.Computed; i++)
        {
            var place = random.NextInt(_kept.Length);
            var other = _kept[random.NextInt(_kept.Length)];
            var start = random.NextInt(_options.Length - _options.Beginning + 1);
            _kept[place] = computation.Generate(_kept[place], other.AsSpan(start, _options.Beginning), _options.Length, random);
        }

        for (var i = 0; i < _options.Renewed; i++)
        {
            _kept[random.NextInt(_kept.Length)] = Noise(random);
        }

        var width = _options.Length - 1;
        var (inputs, targets) = (new long[_options.Batch * width], new long[_options.Batch * width]);
        for (var row = 0; row < _options.Batch; row++)
        {
            var sequence = _kept[random.NextInt(_kept.Length)];
            for (var i = 0; i < width; i++)
            {
                inputs[(row * width) + i] = sequence[i];
                targets[(row * width) + i] = sequence[i + 1];
            }
        }

        return new Batch(
            Tensor.From<long>(inputs, _options.Batch, width).Release(), Tensor.From<long>(targets, _options.Batch, width).Release(), (long)_options.Batch * width);
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Integer("round", _round);
        writer.Text("kept", string.Join(' ', _kept.SelectMany(sequence => sequence).Select(token => token.ToString(CultureInfo.InvariantCulture))));
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var words = reader.Text("kept").Split(' ');
        var tokens = new int[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            if (!int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out tokens[i]) || tokens[i] >= _vocabulary)
            {
                throw new CheckpointException($"'{words[i]}' in the checkpoint's sequences is no token below {_vocabulary}. Start anew.");
            }
        }

        if (tokens.Length != _options.Buffer * _options.Length)
        {
            throw new CheckpointException(
                $"The checkpoint keeps {tokens.Length} tokens, and {_options.Buffer * _options.Length} were expected. Use the options it was saved with, or start anew.");
        }

        _round = reader.Integer("round");
        for (var i = 0; i < _kept.Length; i++)
        {
            _kept[i] = tokens[(i * _options.Length)..((i + 1) * _options.Length)];
        }
    }

    private int[] Noise(RandomStream random)
    {
        var tokens = new int[_options.Length];
        for (var i = 0; i < tokens.Length; i++)
        {
            tokens[i] = random.NextInt(_vocabulary);
        }

        return tokens;
    }
}
