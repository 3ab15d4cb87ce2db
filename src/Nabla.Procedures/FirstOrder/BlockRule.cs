namespace Nabla.Procedures.FirstOrder;

/// <summary>Rules for choosing the block that is moved.</summary>
public enum BlockRule
{
    /// <summary>The longest shortest-subgradient: Gauss-Southwell.</summary>
    GaussSouthwell,

    /// <summary>The same, divided by the root of the block's smoothness: Gauss-Southwell-Lipschitz.</summary>
    Lipschitz,

    /// <summary>The most progress that a bound with the block's smoothness guarantees, bounds and absolute values counted in.</summary>
    Quadratic,

    /// <summary>The most progress that a bound with its own curvature for each coordinate guarantees.</summary>
    Diagonal,
}
