using Nabla.Engine;

namespace Nabla.Optimizers.Matrix;

/// <summary>How a parameter is seen as a matrix: rows are its first dimension, columns all the others together.</summary>
internal static class MatrixShape
{
    /// <summary>Rows and columns.</summary>
    /// <exception cref="ArgumentException">The parameter has fewer than two dimensions.</exception>
    public static (long Rows, long Columns) Of(ReadOnlySpan<long> shape)
    {
        if (shape.Length < 2)
        {
            throw new ArgumentException(
                $"A matrix method was given a parameter of shape ({string.Join(", ", shape.ToArray())}), which is no matrix. "
                + "Assign vectors and single numbers to another method, such as adamw.",
                nameof(shape));
        }

        var columns = 1L;
        foreach (var size in shape[1..])
        {
            columns *= size;
        }

        return (shape[0], columns);
    }

    /// <summary>The tensor as rows × columns; a convolution's kernel is one row for each output channel.</summary>
    public static Tensor View(Tensor tensor)
    {
        var shape = tensor.Shape;
        return shape.Length == 2 ? tensor : tensor.Reshape(Of(shape).Rows, Of(shape).Columns);
    }
}
