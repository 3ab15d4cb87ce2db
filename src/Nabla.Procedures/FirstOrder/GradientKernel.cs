namespace Nabla.Procedures.FirstOrder;

/// <summary>Kernels that say how alike gradients at two points are, from the points' distance.</summary>
public enum GradientKernel
{
    /// <summary>Matérn 5/2: (1 + √5 r + 5 r²/3) exp(-√5 r).</summary>
    Matern,

    /// <summary>Squared exponential: exp(-r²/2).</summary>
    SquaredExponential,
}
