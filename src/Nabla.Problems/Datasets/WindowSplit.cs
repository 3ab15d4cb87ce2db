using Nabla.Engine;

namespace Nabla.Problems.Datasets;

/// <summary>
/// A text, as bytes or as tokens, cut into blocks, about one in twenty of them for validation. No window of one part shares
/// a symbol with the other.
/// </summary>
/// <typeparam name="T">What the text consists of.</typeparam>
public class WindowSplit<T>
    where T : struct
{
    private const int LargestBlock = 1 << 16;
    private const int BlocksPerValidationBlock = 20;

    private readonly ReadOnlyMemory<T> _text;
    private readonly Part _training;
    private readonly Part _validation;

    /// <summary>Chooses the blocks.</summary>
    /// <param name="text">The text; at least four windows long.</param>
    /// <param name="window">The length of the windows to be drawn, at least 1.</param>
    /// <param name="seed">Fixes the choice.</param>
    /// <param name="symbols">What the text consists of, in the plural, for sentences.</param>
    /// <exception cref="DataException">The text is too short.</exception>
    public WindowSplit(ReadOnlyMemory<T> text, int window, Seed seed, string symbols)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        if (text.Length / 4 < window)
        {
            throw new DataException(
                $"The text has {text.Length} {symbols}; windows of {window} {symbols} need at least {4L * window}. " +
                "Give more text or a shorter context.");
        }

        _text = text;
        Window = window;
        // Forty blocks or more, unless that would make them shorter than a window.
        var block = Math.Min(Math.Max(text.Length / (2 * BlocksPerValidationBlock), window), LargestBlock);
        var blocks = text.Length / block;
        var order = Enumerable.Range(0, blocks).ToArray();
        new RandomStream(seed.Derive("text split")).Shuffle(order.AsSpan());
        var chosen = new bool[blocks];
        foreach (var index in order.Take(Math.Max(blocks / BlocksPerValidationBlock, 1)))
        {
            chosen[index] = true;
        }

        _training = new Part(chosen, false, block, text.Length, window);
        _validation = new Part(chosen, true, block, text.Length, window);
    }

    /// <summary>The length of the windows.</summary>
    public int Window { get; }

    /// <summary>How many symbols serve training.</summary>
    public long TrainingCount => _training.Count;

    /// <summary>How many symbols serve validation.</summary>
    public long ValidationCount => _validation.Count;

    /// <summary>Draws a window of the training part, every position equally likely.</summary>
    /// <param name="random">Advances by the words that one integer takes.</param>
    /// <returns><see cref="Window"/> symbols.</returns>
    public ReadOnlySpan<T> DrawTraining(RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return _text.Span.Slice(_training.StartOf(random.NextLong(_training.Starts)), Window);
    }

    /// <summary>Gives one of a fixed number of windows that lie evenly over the validation part.</summary>
    /// <param name="index">From 0 to <paramref name="count"/> - 1.</param>
    /// <param name="count">How many windows there are, at least 1; they overlap when it is large.</param>
    /// <returns><see cref="Window"/> symbols.</returns>
    public ReadOnlySpan<T> ValidationWindow(int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
        return _text.Span.Slice(_validation.StartOf((long)((Int128)_validation.Starts * index / count)), Window);
    }

    internal IEnumerable<(int Start, int End)> Segments(bool validation) =>
        (validation ? _validation : _training).Segments;

    /// <summary>The runs of one part of the text.</summary>
    /// <param name="validation">Which part.</param>
    private protected IEnumerable<ReadOnlyMemory<T>> Runs(bool validation)
    {
        foreach (var (start, end) in Segments(validation))
        {
            yield return _text[start..end];
        }
    }

    // Runs of neighbouring blocks, with the number of window positions before each.
    private sealed class Part
    {
        private readonly List<long> _before = [];

        internal Part(bool[] chosen, bool wanted, int block, int length, int window)
        {
            for (var index = 0; index < chosen.Length; index++)
            {
                if (chosen[index] != wanted)
                {
                    continue;
                }

                // The last block takes what is left of the text.
                var end = index == chosen.Length - 1 ? length : (index + 1) * block;
                if (Segments.Count > 0 && Segments[^1].End == index * block)
                {
                    Segments[^1] = (Segments[^1].Start, end);
                }
                else
                {
                    Segments.Add((index * block, end));
                }
            }

            foreach (var (start, end) in Segments)
            {
                _before.Add(Starts);
                Starts += end - start - window + 1;
                Count += end - start;
            }
        }

        internal List<(int Start, int End)> Segments { get; } = [];

        internal long Starts { get; }

        internal long Count { get; }

        internal int StartOf(long position)
        {
            var found = _before.BinarySearch(position);
            var segment = found >= 0 ? found : ~found - 1;
            return Segments[segment].Start + (int)(position - _before[segment]);
        }
    }
}
