using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>Multiplies blocks of a layer's outputs, head by head, by trained numbers or matrices.</summary>
internal sealed class CloverScale(Linear layer, CloverTuning tuning) : ILayerAdapter
{
    private readonly List<(int At, int Heads, int Size, Parameter Scale)> _blocks = [];

    public Linear Layer { get; } = layer;

    public void Cover(int at, int heads, int size, Parameter scale)
    {
        _blocks.Add((at, heads, size, scale));
        _blocks.Sort((a, b) => a.At.CompareTo(b.At));
    }

    public Tensor Add(Tensor input, Tensor output)
    {
        using var scope = new TensorScope();
        var width = (int)output.Shape[^1];
        var rows = output.Reshape(-1, width);
        var parts = new List<Tensor>();
        var next = 0;
        foreach (var (at, heads, size, scale) in _blocks)
        {
            if (at > next)
            {
                parts.Add(rows[TensorIndex.All, next..at]);
            }

            next = at + (heads * size);
            var block = rows[TensorIndex.All, at..next];
            parts.Add(tuning == CloverTuning.Values
                ? block * scale.Value.View(1, -1)
                : block.View(-1, heads, size).Transpose(0, 1).Bmm(scale.Value).Transpose(0, 1).Reshape(-1, heads * size));
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
        foreach (var (at, heads, size, scale) in _blocks)
        {
            for (var head = 0; head < heads; head++)
            {
                var own = scale.Value[head].To(DType.Float64);
                var block = CloverPair.Writes(Layer, at + (head * size), size, withBias: true);
                CloverPair.Write(Layer, at + (head * size), size, tuning == CloverTuning.Values ? block * own.View(1, -1) : block.Mm(own));
            }
        }
    }
}
