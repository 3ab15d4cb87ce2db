namespace Nabla.Procedures.FirstOrder;

/// <summary>How a block is moved.</summary>
public enum BlockStep
{
    /// <summary>A proximal gradient step with the block's smoothness.</summary>
    Gradient,

    /// <summary>To the minimum of a bound with the block's whole curvature; of a quadratic, the exact minimum.</summary>
    Newton,
}
