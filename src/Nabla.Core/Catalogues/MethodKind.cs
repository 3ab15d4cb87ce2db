namespace Nabla.Core;

/// <summary>The four kinds of method, by what they turn into what.</summary>
public enum MethodKind
{
    /// <summary>Makes new parameters from parameters and gradients.</summary>
    Rule,

    /// <summary>Makes gradients from losses.</summary>
    Estimator,

    /// <summary>Makes an optimizer from an optimizer.</summary>
    Adapter,

    /// <summary>Owns model, data and loop.</summary>
    Procedure,
}
