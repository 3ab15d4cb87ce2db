namespace Nabla.Procedures.Unlearning;

/// <summary>
/// Forgetting in a linear model f(x) = θᵀx, in closed form: the projection of any interpolating θ onto the span of the
/// retain inputs is the interpolator of the retain set with the least norm (arXiv:2505.22601, Theorem 2).
/// </summary>
public static class LinearUnlearning
{
    /// <summary>θ - a P⊥θ, where P⊥ projects onto what no retain input sees.</summary>
    /// <param name="theta">The trained weights.</param>
    /// <param name="retained">The retain inputs, [examples, weights].</param>
    /// <param name="strength">a: how much of the unseen part goes. Range: 0 to 1. Outputs on the retain inputs never change.</param>
    /// <returns>The new weights; with strength 1 the pseudo-inverse of the retain inputs times the retain outputs.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the matrix is empty or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The strength is out of range.</exception>
    public static double[] Forget(ReadOnlySpan<double> theta, double[,] retained, double strength = 1) =>
        new RowSpan(retained).Shrink(theta, strength);
}
