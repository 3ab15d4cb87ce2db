using Nabla.Engine;

namespace Nabla.Online.Matrices;

/// <summary>
/// min ⟨A, X⟩ + Tr((X - Y)ᵀ H (X - Y)) / 2 over operator norm at most D, by the accelerated projected gradient method;
/// the projection clips singular values at D.
/// </summary>
internal static class SpectralProjection
{
    private const int MostSteps = 10_000;

    /// <summary>Solves to a step of at most 1e-10 D; says how many decompositions that took.</summary>
    /// <param name="linear">A, m×n.</param>
    /// <param name="centre">Y, m×n.</param>
    /// <param name="curvature">H, m×m, positive semidefinite, not zero.</param>
    /// <param name="radius">D.</param>
    public static (Tensor Solution, long Decompositions) Solve(Tensor linear, Tensor centre, Tensor curvature, double radius)
    {
        using var scope = new TensorScope();
        var lipschitz = curvature.LinalgEigvalsh().Amax([-1]).Item();
        var (x, ahead, momentum) = (centre, centre, 1.0);
        for (var step = 1; ; step++)
        {
            using var inner = new TensorScope();
            var slope = linear + curvature.Matmul(ahead - centre);
            var next = Clip(ahead - (slope / lipschitz), radius);
            var moved = (next - x).LinalgNorm().Item();

            // Restarted where the momentum points uphill (O'Donoghue and Candès 2015): linear convergence without
            // knowing the smallest eigenvalue.
            var isUphill = ((ahead - next) * (next - x)).Sum().Item() > 0;
            var nextMomentum = isUphill ? 1 : (1 + Math.Sqrt(1 + (4 * momentum * momentum))) / 2;
            var weight = isUphill ? 0 : (momentum - 1) / nextMomentum;
            ahead = (next + ((next - x) * weight)).MoveToOuter();
            x = next.MoveToOuter();
            momentum = nextMomentum;
            if (moved <= 1e-10 * radius || step == MostSteps)
            {
                return (x.MoveToOuter(), step);
            }
        }
    }

    private static Tensor Clip(Tensor a, double radius)
    {
        var (u, s, vh) = Ops.LinalgSvd(a, fullMatrices: false);
        return (u * s.Clamp((Scalar?)null, radius)).Matmul(vh);
    }
}
