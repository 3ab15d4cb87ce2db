using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of RMSProp.</summary>
public sealed record RmsPropOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size η: about how far each element moves a step. Range: 0 or above. Default: 1e-2.</summary>
    [Option("about how far each element moves a step", Minimum = 0, Usual = "1e-4 to 1e-2")]
    public double LearningRate { get; init; } = 1e-2;

    /// <summary>α: how slowly the mean of squares forgets. Range: [0, 1). Default: 0.99.</summary>
    [Option("how slowly the mean of squares forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9 to 0.99")]
    public double Alpha { get; init; } = 0.99;

    /// <summary>ε: keeps the division finite; larger values make small gradients move less. Range: 0 or above. Default: 1e-8.</summary>
    [Option("keeps the division finite; larger values make small gradients move less", Minimum = 0, Usual = "1e-8")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Weight decay λ, added to the gradient times the parameter. Range: 0 or above. Default: 0.</summary>
    [Option("how strongly parameters are pulled to zero, through the gradient", Minimum = 0, Usual = "0 to 1e-3")]
    public double WeightDecay { get; init; }

    /// <summary>Momentum μ: how much of the last direction is kept. Range: [0, 1). Default: 0.</summary>
    [Option("how much of the last direction is kept", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0 to 0.9")]
    public double Momentum { get; init; }

    /// <summary>Whether gradients are divided by their standard deviation instead of their root mean square. Default: false.</summary>
    [Option("whether gradients are divided by their standard deviation instead of their root mean square")]
    public bool Centered { get; init; }

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
