using Nabla.Engine;

namespace Nabla.Online.Matrices;

/// <summary>
/// Follow the augmented matrix leader: X_{t+1} = -η D (η² S_t S_tᵀ + G² I + M_t)^(-1/2) S_t with η = 1; the gradient of
/// the hyperbolic smoothing Tr sqrt(S Sᵀ + L Lᵀ), with α = β = 1.
/// </summary>
/// <remarks>Source: arXiv:2602.08232, Algorithm 2 and Theorem 8. Regret at most 2 D (Tr sqrt(M_T) + m G).</remarks>
/// <param name="rows">m, at least 1.</param>
/// <param name="columns">n, at least 1.</param>
/// <param name="radius">D, above 0.</param>
/// <param name="gradientBound">G, above 0.</param>
public sealed class Faml(int rows, int columns, double radius, double gradientBound)
    : MatrixLearner(rows, columns, radius, gradientBound)
{
    /// <inheritdoc/>
    public override (double Alpha, double Beta)? Smoothing => (1, 1);

    /// <inheritdoc/>
    protected override Tensor Next(Tensor decision, Tensor gradient, Tensor sum, Tensor second)
    {
        Decompositions++;
        return InverseRoot.ByEigenvalues(Ridged(second).Addmm(sum, sum.T()), 2).Matmul(sum) * -Radius;
    }
}
