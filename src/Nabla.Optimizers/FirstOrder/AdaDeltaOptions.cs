using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of AdaDelta.</summary>
public sealed record AdaDeltaOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size η: scales every step. Range: 0 or above. Default: 1.</summary>
    [Option("scales every step", Minimum = 0, Usual = "0.1 to 1")]
    public double LearningRate { get; init; } = 1;

    /// <summary>ρ: how slowly both means of squares forget. Range: [0, 1). Default: 0.9.</summary>
    [Option("how slowly the means of squared gradients and steps forget", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9 to 0.99")]
    public double Rho { get; init; } = 0.9;

    /// <summary>ε: starts the steps and keeps the division finite. Range: 0 or above. Default: 1e-6.</summary>
    [Option("starts the steps and keeps the division finite", Minimum = 0, Usual = "1e-8 to 1e-6")]
    public double Epsilon { get; init; } = 1e-6;

    /// <summary>Weight decay λ, added to the gradient times the parameter. Range: 0 or above. Default: 0.</summary>
    [Option("how strongly parameters are pulled to zero, through the gradient", Minimum = 0, Usual = "0 to 1e-3")]
    public double WeightDecay { get; init; }

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
