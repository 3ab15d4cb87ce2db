using Nabla.Core;

namespace Nabla.Procedures.Solvers;

/// <summary>Options of accelerated gradient descent for functions that need not be convex.</summary>
public sealed record AcceleratedOptions : SmoothnessOptions
{
    /// <summary>Where momentum begins anew though the sufficient decrease holds: the restarts of O'Donoghue and Candès. Default: where the value rises.</summary>
    [Option("where momentum begins anew: where the value rises, where the step goes up the gradient, or nowhere but for the sufficient decrease")]
    public MomentumRestart Restart { get; init; } = MomentumRestart.Value;

    /// <summary>
    /// Whether momentum also begins anew where M, the estimated Lipschitz constant of the second derivative, says that it has
    /// gone too far. Costs a second gradient and, with a given smoothness, a second value an iteration. Default: no.
    /// </summary>
    [Option("whether momentum also begins anew by an estimate of how fast the second derivative changes, which the proven rate needs")]
    public bool CurvatureRestart { get; init; }

    /// <inheritdoc/>
    public override ISolver Create() => new Accelerated(this);
}
