using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of AdaGrad.</summary>
public sealed record AdaGradOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size η: scales every step. Range: 0 or above. Default: 1e-2.</summary>
    [Option("scales every step", Minimum = 0, Usual = "1e-3 to 1e-1")]
    public double LearningRate { get; init; } = 1e-2;

    /// <summary>How fast the step size falls: η / (1 + (t-1) times this). Range: 0 or above. Default: 0.</summary>
    [Option("how fast the step size falls with the number of steps", Minimum = 0, Usual = "0 to 1e-2")]
    public double LearningRateDecay { get; init; }

    /// <summary>Weight decay λ, added to the gradient times the parameter. Range: 0 or above. Default: 0.</summary>
    [Option("how strongly parameters are pulled to zero, through the gradient", Minimum = 0, Usual = "0 to 1e-3")]
    public double WeightDecay { get; init; }

    /// <summary>Where the sum of squares begins; larger values make the first steps smaller. Range: 0 or above. Default: 0.</summary>
    [Option("where the sum of squares begins; larger values make the first steps smaller", Minimum = 0, Usual = "0 to 0.1")]
    public double InitialAccumulator { get; init; }

    /// <summary>ε: keeps the division finite; larger values make small gradients move less. Range: 0 or above. Default: 1e-10.</summary>
    [Option("keeps the division finite; larger values make small gradients move less", Minimum = 0, Usual = "1e-10")]
    public double Epsilon { get; init; } = 1e-10;

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
