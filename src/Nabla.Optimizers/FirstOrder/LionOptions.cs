using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of Lion.</summary>
public sealed record LionOptions : MethodOptions, ILearningRate
{
    /// <summary>Step size η: how far every element moves a step. Range: 0 or above. Default: 1e-4.</summary>
    [Option("how far every element moves a step", Minimum = 0, Usual = "1e-5 to 1e-3")]
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>β1: how much of the momentum enters the sign beside the gradient. Range: [0, 1). Default: 0.9.</summary>
    [Option("how much of the momentum enters the sign beside the gradient", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9 to 0.95")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β2: how slowly the momentum forgets. Range: [0, 1). Default: 0.99.</summary>
    [Option("how slowly the momentum forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.98 to 0.99")]
    public double Beta2 { get; init; } = 0.99;

    /// <summary>λ: how strongly parameters shrink, apart from the gradient; keeps them within 1/λ. Range: 0 or above. Default: 0.</summary>
    [Option("how strongly parameters shrink, apart from the gradient; keeps them within 1/λ", Minimum = 0, Usual = "0 to 1")]
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
