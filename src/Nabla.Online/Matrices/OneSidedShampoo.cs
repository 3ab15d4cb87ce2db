using Nabla.Engine;

namespace Nabla.Online.Matrices;

/// <summary>
/// One-sided Shampoo (ASGO) with its projection: X_{t+1} = argmin over operator norm at most D of
/// ⟨G_t, X - X_t⟩ + Tr((X - X_t)ᵀ M_t^(1/2) (X - X_t)) / (2η).
/// </summary>
/// <remarks>
/// Source: arXiv:2602.08232, section 2, where the paper counts about T^(1/4) decompositions a round for it. With
/// η = √2 D, half the diameter's 2D over √2 each way, the analysis of AdaGrad gives regret at most 2√2 D Tr sqrt(M_T):
/// the distance term is (2D)² Tr sqrt(M_T) / (2η), the gradient term η Tr sqrt(M_T).
/// </remarks>
/// <param name="rows">m, at least 1.</param>
/// <param name="columns">n, at least 1.</param>
/// <param name="radius">D, above 0.</param>
public sealed class OneSidedShampoo(int rows, int columns, double radius) : MatrixLearner(rows, columns, radius, 1)
{
    /// <inheritdoc/>
    protected override Tensor Next(Tensor decision, Tensor gradient, Tensor sum, Tensor second)
    {
        if (second.Abs().Amax([0, 1]).Item() == 0)
        {
            return decision * 1.0; // Nothing was seen yet: every decision is as good.
        }

        var eta = Math.Sqrt(2) * Radius;
        var (x, made) = SpectralProjection.Solve(gradient, decision, SquareRoot.Of(second) / eta, Radius);
        Decompositions += made + 1;
        return x;
    }
}
