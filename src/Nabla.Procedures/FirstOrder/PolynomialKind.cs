namespace Nabla.Procedures.FirstOrder;

/// <summary>Polynomials of the matrix that precondition a gradient.</summary>
public enum PolynomialKind
{
    /// <summary>The symmetric polynomials of the eigenvalues, which cut gaps between the greatest of them.</summary>
    Symmetric,

    /// <summary>At each step the best polynomial of the degree: the minimum of the model over a Krylov subspace.</summary>
    Krylov,
}
