using System.Numerics;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;

namespace Nabla.Problems.Tasks;

/// <summary>Batches of windows of a text, a target being the symbol after its input, and where the draws stand.</summary>
/// <typeparam name="T">What the text consists of.</typeparam>
/// <param name="split">The text; its windows are one longer than the context.</param>
/// <param name="batch">Windows in a batch, at least 1.</param>
/// <param name="seed">Fixes the draws.</param>
/// <param name="device">Where batches live; null for the CPU.</param>
internal sealed class TextWindows<T>(WindowSplit<T> split, int batch, Seed seed, Device? device) : ITextWindows
    where T : unmanaged, IBinaryInteger<T>
{
    private const string OrderName = "data.order";

    private readonly RandomStream _order = new(seed.Derive("text order"));
    private readonly int _context = split.Window - 1;

    private delegate ReadOnlySpan<T> WindowSource(int index);

    /// <inheritdoc/>
    public Batch Next() => Make(batch, _ => split.DrawTraining(_order));

    /// <inheritdoc/>
    public IEnumerable<Func<Batch>> Validation(int windows)
    {
        for (var start = 0; start < windows; start += batch)
        {
            var first = start;
            yield return () => Make(
                Math.Min(batch, windows - first), index => split.ValidationWindow(first + index, windows));
        }
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer) => writer.Text(OrderName, _order.State);

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        try
        {
            _order.State = reader.Text(OrderName);
        }
        catch (FormatException exception)
        {
            throw new CheckpointException($"The checkpoint's position in the data is damaged. {exception.Message}", exception);
        }
    }

    private Batch Make(int count, WindowSource source)
    {
        var inputs = new long[count * _context];
        var targets = new long[count * _context];
        for (var row = 0; row < count; row++)
        {
            var window = source(row);
            for (var i = 0; i < _context; i++)
            {
                inputs[(row * _context) + i] = long.CreateTruncating(window[i]);
                targets[(row * _context) + i] = long.CreateTruncating(window[i + 1]);
            }
        }

        return new Batch(
            LearningTask.Place(Tensor.From<long>(inputs, count, _context), device),
            LearningTask.Place(Tensor.From<long>(targets, count, _context), device),
            (long)count * _context);
    }
}
