namespace Nabla.Optimizers.Matrix;

/// <summary>Which sides of a matrix Shampoo preconditions.</summary>
public enum ShampooSides
{
    /// <summary>L^(-1/4) G R^(-1/4), as published.</summary>
    Both,

    /// <summary>L^(-1/2) G on the smaller side only: half the state, the same guarantee as a matrix AdaGrad.</summary>
    Smaller,
}
