using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>Multiplies blocks of a layer's outputs, head by head, by trained numbers or matrices, in a basis where one is given.</summary>
internal sealed class CloverScale(Linear layer, CloverTuning tuning) : ILayerAdapter, IDisposable
{
    private readonly List<Block> _blocks = [];

    public Linear Layer { get; } = layer;

    /// <summary>Takes over some heads.</summary>
    /// <param name="at">The first output.</param>
    /// <param name="heads">How many heads follow each other.</param>
    /// <param name="size">Outputs of a head.</param>
    /// <param name="scale">[heads, size], or a matrix for each head.</param>
    /// <param name="basis">Orthonormal columns for each head; copied. Null for the outputs themselves.</param>
    public void Cover(int at, int heads, int size, Parameter scale, Tensor? basis)
    {
        _blocks.Add(new(at, heads, size, scale, basis?.To(scale.Value.Device, scale.Value.DType, copy: true).Release()));
        _blocks.Sort((a, b) => a.At.CompareTo(b.At));
    }

    public Tensor Add(Tensor input, Tensor output)
    {
        using var scope = new TensorScope();
        var width = (int)output.Shape[^1];
        var rows = output.Reshape(-1, width);
        var parts = new List<Tensor>();
        var next = 0;
        foreach (var block in _blocks)
        {
            if (block.At > next)
            {
                parts.Add(rows[TensorIndex.All, next..block.At]);
            }

            next = block.At + (block.Heads * block.Size);
            var own = rows[TensorIndex.All, block.At..next];
            if (block.Basis is null && tuning == CloverTuning.Values)
            {
                parts.Add(own * block.Scale.Value.View(1, -1));
                continue;
            }

            var heads = own.View(-1, block.Heads, block.Size).Transpose(0, 1);
            // Beside a basis what is added is 0 at the start, so that the start changes no bit.
            var scaled = block.Basis is null
                ? heads.Bmm(block.Scale.Value)
                : heads + heads.Bmm(Change(block.Basis, block.Scale.Value));
            parts.Add(scaled.Transpose(0, 1).Reshape(-1, block.Heads * block.Size));
        }

        if (next < width)
        {
            parts.Add(rows[TensorIndex.All, next..width]);
        }

        return Ops.Cat([.. parts], 1).View(output.Shape).MoveToOuter();
    }

    /// <summary>Multiplies the layer's weights instead.</summary>
    public void Merge()
    {
        foreach (var (at, heads, size, scale, basis) in _blocks)
        {
            var all = scale.Value.To(DType.Float64);
            var changes = basis is null ? null : Change(basis.To(DType.Float64), all);
            for (var head = 0; head < heads; head++)
            {
                var block = CloverPair.Writes(Layer, at + (head * size), size, withBias: true);
                var merged = changes is not null ? block + block.Mm(changes[head])
                    : tuning == CloverTuning.Values ? block * all[head].View(1, -1)
                    : block.Mm(all[head]);
                CloverPair.Write(Layer, at + (head * size), size, merged);
            }
        }
    }

    public void Dispose() => _blocks.ForEach(block => block.Basis?.Dispose());

    // V (R - 1) V' for each head, where R is diagonal for values alone.
    private Tensor Change(Tensor basis, Tensor scale)
    {
        var size = (int)basis.Shape[^1];
        var left = tuning == CloverTuning.Values
            ? basis * (scale - 1.0).View(-1, 1, size)
            : basis.Bmm(scale - Ops.Eye(size, basis.DType, basis.Device));
        return left.Bmm(basis.Transpose(1, 2));
    }

    private sealed record Block(int At, int Heads, int Size, Parameter Scale, Tensor? Basis);
}
