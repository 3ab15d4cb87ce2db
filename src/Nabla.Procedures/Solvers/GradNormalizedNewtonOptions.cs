using Nabla.Core;

namespace Nabla.Procedures.Solvers;

/// <summary>Options of Newton's method with the gradient's norm as regularization.</summary>
public sealed record GradNormalizedNewtonOptions : SolverOptions
{
    /// <summary>Which matrix stands for the second derivative; one that the function does not give is refused. Default: exact.</summary>
    [Option("which matrix stands for the second derivative")]
    public CurvatureModel Curvature { get; init; } = CurvatureModel.Exact;

    /// <summary>γ₀: the first radius in which the linear model of the gradient is trusted. Range: above 0. Default: 1.</summary>
    [Option("first radius in which the linear model of the gradient is trusted", Minimum = 0, ExcludesMinimum = true, Usual = "1")]
    public double Radius { get; init; } = 1;

    /// <summary>Whether the radius follows what is seen; otherwise it stays at the first. Default: yes.</summary>
    [Option("whether the radius follows what is seen")]
    public bool Adaptive { get; init; } = true;

    /// <inheritdoc/>
    public override ISolver Create() => new GradNormalizedNewton(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        // Ranges say it all.
    }
}
