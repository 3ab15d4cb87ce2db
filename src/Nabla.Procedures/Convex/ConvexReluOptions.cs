using Nabla.Core;

namespace Nabla.Procedures.Convex;

/// <summary>Options of training a network with one hidden layer by ADMM.</summary>
public sealed record ConvexReluOptions : MethodOptions
{
    /// <summary>What is lost by an output. Default: squared.</summary>
    [Option("what is lost by an output")]
    public ReluLoss Loss { get; init; }

    /// <summary>β: half of it times the squared weights is added to the loss. Range: 0 or above. Default: 1e-4.</summary>
    [Option("half of it times the squared weights is added to the loss", Minimum = 0, Usual = "1e-5 to 1e-1")]
    public double Beta { get; init; } = 1e-4;

    /// <summary>P_s: activation patterns that are drawn; 0: all, for few rows only. Range: 0 or above. Default: 0.</summary>
    [Option("activation patterns that are drawn; 0: all, for few rows", Minimum = 0, Usual = "20 to 1000")]
    public int Patterns { get; init; }

    /// <summary>Whether hidden units see a constant 1. Default: no.</summary>
    [Option("whether hidden units see a constant 1")]
    public bool Intercept { get; init; }

    /// <summary>ρ: the penalty of the augmented Lagrangian. Range: above 0. Default: 0.1, for the squared loss; 0.01 suits losses that are means.</summary>
    [Option("penalty of the augmented Lagrangian", Minimum = 0, ExcludesMinimum = true, Usual = "0.03 to 0.3; losses that are means 0.003 to 0.03")]
    public double Rho { get; init; } = 0.1;

    /// <summary>γ_a / ρ: how far multipliers move along what is violated. Range: (0, 1.618]. Default: 1.</summary>
    [Option("how far multipliers move along what is violated", Minimum = 0, ExcludesMinimum = true, Maximum = 1.618, Usual = "1")]
    public double DualStep { get; init; } = 1;

    /// <summary>The standard deviation of the weights at the start; the minimum is the same. Range: 0 or above. Default: 0.</summary>
    [Option("standard deviation of the weights at the start", Minimum = 0, Usual = "0")]
    public double StartScale { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
