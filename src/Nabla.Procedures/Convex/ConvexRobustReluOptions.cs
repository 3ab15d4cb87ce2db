using Nabla.Core;

namespace Nabla.Procedures.Convex;

/// <summary>Options of training a network that withstands moved features.</summary>
public sealed record ConvexRobustReluOptions : MethodOptions
{
    /// <summary>ε: how far every feature may be moved. Range: 0 or above; 0 is plain training. Default: 0.08.</summary>
    [Option("how far every feature may be moved", Minimum = 0, Usual = "0.01 to 0.2")]
    public double Radius { get; init; } = 0.08;

    /// <summary>What is lost by an output. Default: hinge.</summary>
    [Option("what is lost by an output")]
    public ReluLoss Loss { get; init; } = ReluLoss.Hinge;

    /// <summary>β: half of it times the squared weights is added to the loss. Range: 0 or above. Default: 1e-4.</summary>
    [Option("half of it times the squared weights is added to the loss", Minimum = 0, Usual = "1e-5 to 1e-1")]
    public double Beta { get; init; } = 1e-4;

    /// <summary>P_s: activation patterns that are drawn; 0: all, for few rows only. Range: 0 or above. Default: 100.</summary>
    [Option("activation patterns that are drawn; 0: all, for few rows", Minimum = 0, Usual = "20 to 1000")]
    public int Patterns { get; init; } = 100;

    /// <summary>Whether hidden units see a constant 1, which is not moved. Default: no.</summary>
    [Option("whether hidden units see a constant 1, which is not moved")]
    public bool Intercept { get; init; }

    /// <summary>ρ: the penalty of the augmented Lagrangian. Range: above 0. Default: 0.01, for losses that are means; 0.1 suits the squared loss.</summary>
    [Option("penalty of the augmented Lagrangian", Minimum = 0, ExcludesMinimum = true, Usual = "0.003 to 0.03; squared loss 0.03 to 0.3")]
    public double Rho { get; init; } = 0.01;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
