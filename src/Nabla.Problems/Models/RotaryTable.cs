using Nabla.Engine;

namespace Nabla.Problems.Models;

/// <summary>
/// Sines and cosines of rotary positions, kept for as many positions as were asked for; sines of the first half of a head have
/// a minus, which the turn needs there.
/// </summary>
internal sealed class RotaryTable : IDisposable
{
    private readonly double[] _frequencies;
    private readonly double _scale;
    private readonly DType _type;
    private readonly Device _device;
    private Tensor? _cosines;
    private Tensor? _sines;

    internal RotaryTable(RotaryOptions options, int size, int context, DType type, Device device)
    {
        _frequencies = options.Frequencies(size, context);
        (_scale, _type, _device) = (options.Scale, type, device);
    }

    /// <summary>The tables of positions from 0.</summary>
    /// <param name="length">How many.</param>
    /// <returns>Cosines and sines of shape [length, size], views of the whole tables.</returns>
    internal (Tensor Cosines, Tensor Sines) First(long length)
    {
        Prepare(length);
        return (_cosines!.Narrow(0, 0, length), _sines!.Narrow(0, 0, length));
    }

    /// <summary>The tables of given positions.</summary>
    /// <param name="positions">int64 of shape [rows, count].</param>
    /// <param name="last">A position at least as great as all of them.</param>
    /// <returns>Cosines and sines of shape [rows, 1, count, size].</returns>
    internal (Tensor Cosines, Tensor Sines) At(Tensor positions, long last)
    {
        Prepare(last + 1);
        long[] shape = [positions.Shape[0], 1, positions.Shape[1], 2L * _frequencies.Length];
        var flat = positions.Reshape(-1);
        return (_cosines!.IndexSelect(0, flat).View(shape), _sines!.IndexSelect(0, flat).View(shape));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cosines?.Dispose();
        _sines?.Dispose();
    }

    /// <summary>Turns each pair of dimensions (i, i + size ÷ 2) by its angle.</summary>
    /// <param name="rows">[..., count, size].</param>
    /// <param name="cosines">Broadcast over the rows.</param>
    /// <param name="sines">Broadcast over the rows.</param>
    internal static Tensor Turn(Tensor rows, Tensor cosines, Tensor sines)
    {
        // The sines have the sign of the turn, so that the halves only change places.
        var half = rows.Shape[^1] / 2;
        using var swapped = Ops.Cat([rows.Narrow(-1, half, half), rows.Narrow(-1, 0, half)], -1);
        return (rows * cosines).Addcmul_(swapped, sines);
    }

    private void Prepare(long length)
    {
        if (_cosines is not null && _cosines.Shape[0] >= length)
        {
            return;
        }

        // Some room ahead, so that generation does not make new tables for each token.
        length = Math.Max(length, 2 * (_cosines?.Shape[0] ?? 32));
        var half = _frequencies.Length;
        var cosines = new double[length * 2 * half];
        var sines = new double[length * 2 * half];
        for (var position = 0; position < length; position++)
        {
            for (var i = 0; i < half; i++)
            {
                var (sine, cosine) = Math.SinCos(position * _frequencies[i]);
                var at = (position * 2 * half) + i;
                cosines[at] = cosines[at + half] = cosine * _scale;
                sines[at + half] = sine * _scale;
                sines[at] = -sines[at + half];
            }
        }

        Dispose();
        _cosines = Placed(cosines, length, 2 * half);
        _sines = Placed(sines, length, 2 * half);
    }

    private Tensor Placed(double[] values, long rows, long columns)
    {
        using var made = Tensor.From<double>(values, rows, columns);
        return made.To(_device, _type, copy: true).Release();
    }
}
