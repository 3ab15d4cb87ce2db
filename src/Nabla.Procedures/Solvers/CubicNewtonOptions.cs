using Nabla.Core;

namespace Nabla.Procedures.Solvers;

/// <summary>Options of Newton's method with cubic regularization.</summary>
public sealed record CubicNewtonOptions : SolverOptions
{
    /// <summary>σ: the first weight of the cubic term; half the Lipschitz constant of the second derivative where that is known. Range: above 0. Default: 1.</summary>
    [Option("first weight of the cubic term", Minimum = 0, ExcludesMinimum = true, Usual = "1")]
    public double Weight { get; init; } = 1;

    /// <summary>The least share of the promised fall with which a step is taken. Range: above 0, below 1. Default: 0.1.</summary>
    [Option("least share of the promised fall with which a step is taken", Minimum = 0, ExcludesMinimum = true, Maximum = 1, ExcludesMaximum = true, Usual = "0.1")]
    public double Acceptance { get; init; } = 0.1;

    /// <summary>How the length of a step is measured in the cubic term. Default: in units of the curvature of each variable.</summary>
    [Option("how the length of a step is measured: curvature scales the variables, none is the paper's norm")]
    public StepScaling Scaling { get; init; } = StepScaling.Curvature;

    /// <inheritdoc/>
    public override ISolver Create() => new CubicNewton(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        // Ranges say it all.
    }
}
