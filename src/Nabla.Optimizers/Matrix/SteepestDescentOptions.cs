using Nabla.Core;

namespace Nabla.Optimizers.Matrix;

/// <summary>Options of steepest descent under a norm.</summary>
public sealed record SteepestDescentOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size: one over the sharpness. Range: 0 or above. Default: 1e-3.</summary>
    [Option("scales every step; one over the sharpness", Minimum = 0, Usual = "1e-4 to 0.1")]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The norm. Default: spectral.</summary>
    [Option("the norm in which the step is steepest")]
    public DescentNorm Norm { get; init; } = DescentNorm.Spectral;

    /// <summary>β: how slowly the mean of gradients forgets; 0 takes the gradient itself. Range: [0, 1). Default: 0.</summary>
    [Option("how slowly the mean of gradients forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0 or 0.9 to 0.95")]
    public double Momentum { get; init; }

    /// <summary>
    /// Whether the step is multiplied by the dual norm of the gradient, as steepest descent with a quadratic penalty asks;
    /// without, every step has length η in the norm. Default: true.
    /// </summary>
    [Option("whether steps are multiplied by the gradient's dual norm")]
    public bool DualNorm { get; init; } = true;

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
