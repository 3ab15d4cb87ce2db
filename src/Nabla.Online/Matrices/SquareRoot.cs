using Nabla.Engine;

namespace Nabla.Online.Matrices;

/// <summary>The square root of a positive semidefinite matrix, by eigenvalues.</summary>
internal static class SquareRoot
{
    public static Tensor Of(Tensor a)
    {
        var (values, vectors) = a.LinalgEigh();
        return (vectors * values.ClampMin(0).Sqrt()).Matmul(vectors.T());
    }

    /// <summary>Tr sqrt(A).</summary>
    public static double Trace(Tensor a) => a.LinalgEigvalsh().ClampMin(0).Sqrt().Sum().Item();
}
