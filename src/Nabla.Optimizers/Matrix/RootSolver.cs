namespace Nabla.Optimizers.Matrix;

/// <summary>How inverse roots are computed.</summary>
public enum RootSolver
{
    /// <summary>Symmetric eigendecomposition: exact.</summary>
    Eigen,

    /// <summary>The coupled Newton iteration: matrix products alone.</summary>
    Newton,
}
