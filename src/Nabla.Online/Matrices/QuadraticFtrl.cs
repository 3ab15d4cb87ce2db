using Nabla.Engine;

namespace Nabla.Online.Matrices;

/// <summary>
/// Follow the regularized leader with the quadratic regularizer: X_{t+1} = D argmin ⟨S_t, X⟩ + Tr(Xᵀ L_t X) / (2η) over
/// the unit operator ball, L_t = (G² I + M_t)^(1/2), η = 1/√2; α = 1/2, β = 1, the best product that exists
/// (Proposition 5). No closed form: each round solves a projected quadratic problem.
/// </summary>
/// <remarks>Source: arXiv:2602.08232, section 3.</remarks>
/// <param name="rows">m, at least 1.</param>
/// <param name="columns">n, at least 1.</param>
/// <param name="radius">D, above 0.</param>
/// <param name="gradientBound">G, above 0.</param>
public sealed class QuadraticFtrl(int rows, int columns, double radius, double gradientBound)
    : MatrixLearner(rows, columns, radius, gradientBound)
{
    private static readonly double s_eta = Math.Sqrt(0.5);

    /// <inheritdoc/>
    public override (double Alpha, double Beta)? Smoothing => (0.5, 1);

    /// <inheritdoc/>
    protected override Tensor Next(Tensor decision, Tensor gradient, Tensor sum, Tensor second)
    {
        var root = SquareRoot.Of(Ridged(second));
        var centre = Tensor.Zeros([Short, Long], DType.Float64);
        var (x, made) = SpectralProjection.Solve(sum, centre, root / s_eta, 1);
        Decompositions += made + 1;
        return x * Radius;
    }
}
