namespace Nabla.Optimizers.Matrix;

/// <summary>Whose step's Frobenius norm a preconditioned step takes over.</summary>
public enum Grafting
{
    /// <summary>Its own.</summary>
    None,

    /// <summary>The gradient's.</summary>
    Sgd,

    /// <summary>That of a step of Adam with the same gradients.</summary>
    Adam,
}
