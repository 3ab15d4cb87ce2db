namespace Nabla.Procedures.FirstOrder;

/// <summary>Penalties that make coefficients exactly zero.</summary>
public enum SparsePenalty
{
    /// <summary>Smoothly clipped absolute deviation: λ|x| up to λ, flat beyond aλ.</summary>
    Scad,

    /// <summary>Minimax concave penalty: λ|x| - x²/(2a) up to aλ, flat beyond.</summary>
    Mcp,

    /// <summary>λ|x|, the lasso.</summary>
    Lasso,
}
