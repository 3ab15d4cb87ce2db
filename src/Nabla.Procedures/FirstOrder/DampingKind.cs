namespace Nabla.Procedures.FirstOrder;

/// <summary>How accelerated gradient weighs its two sequences.</summary>
public enum DampingKind
{
    /// <summary>α₁ = 1, α = 2 / (1 + sqrt(1 + 4 / α'²)): the least bound on the gradient.</summary>
    Optimal,

    /// <summary>α = 2 / (k + 1), of Nesterov and of Ghadimi and Lan.</summary>
    Classic,

    /// <summary>α = 1: the proximal gradient method.</summary>
    None,
}
