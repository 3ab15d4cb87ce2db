namespace Nabla.Optimizers.FirstOrder;

/// <summary>
/// The convex function κ whose gradient Lion-κ steps along. With weight decay λ &gt; 0 the method minimizes
/// f(x) + κ*(λx) / λ, κ* the convex conjugate of κ.
/// </summary>
public enum LionKappa
{
    /// <summary>κ(z) = |z|₁, gradient sign(z), as in Lion: minimizes f within the box |x|∞ ≤ 1/λ.</summary>
    L1,

    /// <summary>κ(z) = |z|₂ over a tensor, gradient z / |z|₂: minimizes f within the ball |x|₂ ≤ 1/λ.</summary>
    L2,

    /// <summary>κ(z) = |z|²/(2e) up to e and |z| - e/2 above, gradient clip(z/e, -1, 1): f + eλ|x|²/2 within the box.</summary>
    Huber,

    /// <summary>κ(z) = Σ max(|z| - e, 0), gradient sign(z) where |z| &gt; e: minimizes f + e|x|₁ within the box.</summary>
    Threshold,

    /// <summary>κ(z) = e Σ log cosh(z/e), gradient tanh(z/e): f plus e/λ times the negative entropy of (1 ± λx)/2.</summary>
    Entropy,

    /// <summary>κ(z) = |z|²/2, gradient z: heavy-ball momentum, minimizes f + λ|x|²/2.</summary>
    Quadratic,
}
