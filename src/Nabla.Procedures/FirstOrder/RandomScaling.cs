namespace Nabla.Procedures.FirstOrder;

/// <summary>From what the random scale of each move is drawn.</summary>
public enum RandomScaling
{
    /// <summary>Uniform on [0, 1]: where on the move the gradient is taken; the move itself is not scaled.</summary>
    Uniform,

    /// <summary>Exponential with mean 1: the move itself is scaled, and the gradient is taken at its end.</summary>
    Exponential,
}
