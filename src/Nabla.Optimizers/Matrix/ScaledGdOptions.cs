using Nabla.Core;

namespace Nabla.Optimizers.Matrix;

/// <summary>Options of ScaledGD(λ).</summary>
public sealed record ScaledGdOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size η. Range: 0 or above. Default: 0.3.</summary>
    [Option("scales every step", Minimum = 0, Usual = "0.1 to 0.5")]
    public double LearningRate { get; init; } = 0.3;

    /// <summary>λ: damping of the preconditioner; near the square of the smallest singular value wanted. Range: above 0. Default: 1e-2.</summary>
    [Option("damping of the preconditioner", Minimum = 0, ExcludesMinimum = true, Usual = "near the smallest wanted singular value squared")]
    public double Damping { get; init; } = 1e-2;

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
