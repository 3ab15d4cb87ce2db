namespace Nabla.Engine;

/// <summary>The Cholesky factor of positive semidefinite matrices, which rounding may have made slightly indefinite.</summary>
public static class RidgedCholesky
{
    private const double Growth = 10;

    /// <summary>L with LLᵀ = A + r·(tr A / n)·I; r begins at <paramref name="ridge"/> and grows tenfold until it succeeds.</summary>
    /// <param name="a">Symmetric positive semidefinite, Float32 or Float64, shape (…, n, n); only the lower triangle is read.</param>
    /// <param name="ridge">The first r, relative to the mean eigenvalue; 0 or above.</param>
    /// <returns>The lower factor, and the r that was used for the whole batch; a zero matrix gives zero.</returns>
    /// <exception cref="ArgumentException">It is no square matrix, of another type, not finite, or clearly indefinite.</exception>
    public static (Tensor Factor, double Ridge) Of(Tensor a, double ridge = 0)
    {
        MatrixBatch.Check(a, nameof(a), square: true);
        ArgumentOutOfRangeException.ThrowIfNegative(ridge);
        if (a.ElementCount == 0)
        {
            return (a.Clone(), ridge);
        }

        using var scope = new TensorScope();
        var n = a.Shape[^1];
        var mean = a.Diagonal(0, -2, -1).Sum([-1], keepdim: true).Unsqueeze(-1) / n;
        var isZero = mean.Eq(0).To(a.DType);
        var scaled = a / (mean + isZero);
        var identity = MatrixBatch.Identity(a);
        for (var used = ridge; used <= 0.1; used = Math.Max(used * Growth, a.DType == DType.Float64 ? 1e-15 : 1e-7))
        {
            using var inner = new TensorScope();
            var (factor, info) = (scaled + ((isZero + used) * identity)).LinalgCholeskyEx();
            if (info.Abs().Sum().Item() == 0)
            {
                return ((factor * ((1 - isZero) * mean).Sqrt()).MoveToOuter().MoveToOuter(), used);
            }
        }

        throw new ArgumentException(
            "The matrix is not positive semidefinite: a ridge of a tenth of its mean eigenvalue does not make it so. "
            + "Check that it is a sum of products GGᵀ.",
            nameof(a));
    }
}
