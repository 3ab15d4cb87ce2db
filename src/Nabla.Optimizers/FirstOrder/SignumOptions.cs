using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of Signum.</summary>
public sealed record SignumOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size δ: how far every element moves a step. Range: 0 or above. Default: 1e-4.</summary>
    [Option("how far every element moves a step", Minimum = 0, Usual = "1e-5 to 1e-3")]
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>β: how slowly the momentum forgets; 0 takes the gradient's own sign. Range: [0, 1). Default: 0.9.</summary>
    [Option("how slowly the momentum forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0 or 0.9")]
    public double Momentum { get; init; } = 0.9;

    /// <summary>λ: how strongly parameters shrink, apart from the gradient. Range: 0 or above. Default: 0.</summary>
    [Option("how strongly parameters shrink, apart from the gradient", Minimum = 0, Usual = "0 to 0.1")]
    public double WeightDecay { get; init; }

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
