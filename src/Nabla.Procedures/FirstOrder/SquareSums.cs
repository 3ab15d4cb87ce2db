namespace Nabla.Procedures.FirstOrder;

/// <summary>Over what the squares of gradients are summed.</summary>
public enum SquareSums
{
    /// <summary>Each coordinate for itself: AdaGrad.</summary>
    Coordinates,

    /// <summary>All coordinates together: AdaGradNorm.</summary>
    Norm,
}
