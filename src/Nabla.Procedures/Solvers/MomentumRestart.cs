namespace Nabla.Procedures.Solvers;

/// <summary>Where momentum begins anew though the sufficient decrease still holds.</summary>
public enum MomentumRestart
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>Where the value rises: f(x[k+1]) &gt; f(x[k]).</summary>
    Value,

    /// <summary>Where the step goes up the gradient: ∇f(y)'(x[k+1] - x[k]) &gt; 0.</summary>
    Gradient,
}
