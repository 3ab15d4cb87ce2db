using Nabla.Engine;

namespace Nabla.Core;

/// <summary>Products of rows with the weights of a layer.</summary>
public static class RowProduct
{
    /// <summary>
    /// Multiplies rows with weights. A single row without a graph, as in generation, is a product of a matrix with a vector:
    /// general products copy all weights into another order first, which costs more than the product itself.
    /// </summary>
    /// <param name="rows">[rows, inputs].</param>
    /// <param name="weight">[inputs, outputs], of any layout.</param>
    /// <returns>[rows, outputs], owned by the caller.</returns>
    public static Tensor Of(Tensor rows, Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(weight);
        if (rows.Shape[0] != 1 || rows.DType is not (DType.Float32 or DType.Float64) || rows.Device != Device.Cpu || GradMode.IsEnabled)
        {
            return rows.Mm(weight);
        }

        using var scope = new TensorScope();
        return weight.T().Mv(rows.Reshape(-1)).View(1, weight.Shape[1]).MoveToOuter();
    }
}
