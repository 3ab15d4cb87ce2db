using Nabla.Core;

namespace Nabla.Optimizers.Matrix;

/// <summary>Options of AdaGO.</summary>
public sealed record AdaGoOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size η. Range: 0 or above. Default: 0.05.</summary>
    [Option("scales every step", Minimum = 0, Usual = "0.01 to 1")]
    public double LearningRate { get; init; } = 0.05;

    /// <summary>μ: how slowly the mean of gradients forgets. Range: [0, 1). Default: 0.95.</summary>
    [Option("how slowly the mean of gradients forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9 to 0.95")]
    public double Momentum { get; init; } = 0.95;

    /// <summary>γ: gradients' norms count up to this. Range: above 0. Default: 10.</summary>
    [Option("gradients' norms count up to this", Minimum = 0, ExcludesMinimum = true, Usual = "1 to 10")]
    public double Gamma { get; init; } = 10;

    /// <summary>ε: the smallest step. Range: 0 or above. Default: 5e-4.</summary>
    [Option("the smallest step", Minimum = 0, Usual = "1e-4 to 1e-3")]
    public double Epsilon { get; init; } = 5e-4;

    /// <summary>v₀: the norm accumulated before the first step. Range: above 0. Default: 1e-6.</summary>
    [Option("the norm accumulated before the first step", Minimum = 0, ExcludesMinimum = true)]
    public double InitialAccumulator { get; init; } = 1e-6;

    /// <summary>How the polar factor is computed. Default: quintic.</summary>
    [Option("how the polar factor is computed")]
    public PolarSolver Solver { get; init; } = PolarSolver.Quintic;

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
