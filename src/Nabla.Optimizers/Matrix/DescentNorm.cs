namespace Nabla.Optimizers.Matrix;

/// <summary>The norm in which a step is the steepest.</summary>
public enum DescentNorm
{
    /// <summary>Operator norm: the polar factor, as Shampoo without averaging.</summary>
    Spectral,

    /// <summary>Largest element: the sign, as Adam without averaging.</summary>
    Sign,

    /// <summary>Root of the sum of squares: the gradient itself, normalized.</summary>
    Frobenius,

    /// <summary>Largest column: every column normalized; for embeddings stored as output × input.</summary>
    Column,

    /// <summary>Largest row: every row normalized; for embeddings stored as input × output.</summary>
    Row,
}
