using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>Two blocks of weights that meet in a product, [rows, size] each: left right' is all that the model sees of them.</summary>
internal static class CloverPair
{
    /// <summary>The block of a layer's weights that writes some outputs, with the bias as a last row.</summary>
    public static Tensor Writes(Linear layer, int at, int size, bool withBias)
    {
        var weight = layer.Weight.Value;
        var block = (layer.InputsFirst ? weight[TensorIndex.All, at..(at + size)] : weight[at..(at + size)].T()).To(DType.Float64);
        if (!withBias)
        {
            return block;
        }

        var bias = layer.Bias is null ? Tensor.Zeros([1, size], DType.Float64, weight.Device) : layer.Bias.Value[at..(at + size)].To(DType.Float64).View(1, size);
        return Ops.Cat([block, bias], 0);
    }

    /// <summary>Puts such a block back.</summary>
    public static void Write(Linear layer, int at, int size, Tensor block)
    {
        var weight = layer.Weight.Value;
        var inputs = (int)layer.Inputs;
        var main = block[..inputs];
        (layer.InputsFirst ? weight[TensorIndex.All, at..(at + size)] : weight[at..(at + size)]).CopyFrom(layer.InputsFirst ? main : main.T());
        if (layer.Bias is not null)
        {
            layer.Bias.Value[at..(at + size)].CopyFrom(block[inputs]);
        }
    }

    /// <summary>The block of a layer's weights that reads some inputs, [outputs, size].</summary>
    public static Tensor Reads(Linear layer, int at, int size)
    {
        var weight = layer.Weight.Value;
        return (layer.InputsFirst ? weight[at..(at + size)].T() : weight[TensorIndex.All, at..(at + size)]).To(DType.Float64);
    }

    /// <summary>Puts such a block back.</summary>
    public static void Read(Linear layer, int at, int size, Tensor block)
    {
        var weight = layer.Weight.Value;
        (layer.InputsFirst ? weight[at..(at + size)] : weight[TensorIndex.All, at..(at + size)]).CopyFrom(layer.InputsFirst ? block.T() : block);
    }

    /// <summary>
    /// Other blocks of the same product whose columns are orthogonal, with the square roots of the singular values as their
    /// lengths on both sides; those of redundant vectors are 0.
    /// </summary>
    public static (Tensor Left, Tensor Right, double[] Values, int Dropped) Decompose(Tensor left, Tensor right, double redundant)
    {
        // The product itself may be large; its singular values are those of a small one.
        var (leftBase, leftPart) = Ops.LinalgQr(left);
        var (rightBase, rightPart) = Ops.LinalgQr(right);
        var (u, s, v) = Ops.LinalgSvd(leftPart.Mm(rightPart.T()), fullMatrices: false);
        var values = s.ToDoubles();
        var kept = values.Count(value => value > redundant * values[0]);
        double[] roots = [.. values.Select((value, i) => i < kept ? Math.Sqrt(value) : 0)];
        var scale = Tensor.From<double>(roots, 1, values.Length).To(left.Device, left.DType);
        return (leftBase.Mm(u) * scale, rightBase.Mm(v.T()) * scale, values, values.Length - kept);
    }

    /// <summary>The right singular vectors of one block, a column each, and its singular values.</summary>
    public static (Tensor Vectors, double[] Values) Decompose(Tensor block)
    {
        var (_, part) = Ops.LinalgQr(block);
        var (_, s, v) = Ops.LinalgSvd(part, fullMatrices: false);
        return (v.T().Contiguous(), s.ToDoubles());
    }
}
