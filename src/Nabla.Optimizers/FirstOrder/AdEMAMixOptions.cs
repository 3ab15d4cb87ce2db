using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of AdEMAMix.</summary>
public sealed record AdEMAMixOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size η: about how far each element moves a step. Range: 0 or above. Default: 1e-3.</summary>
    [Option("about how far each element moves a step", Minimum = 0, Usual = "1e-4 to 1e-2")]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>β1: how slowly the fast mean of gradients forgets. Range: [0, 1). Default: 0.9.</summary>
    [Option("how slowly the fast mean of gradients forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β2: how slowly the mean of squares forgets. Range: [0, 1). Default: 0.999.</summary>
    [Option("how slowly the mean of squares forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.95 to 0.999")]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>β3: how slowly the slow mean of gradients forgets. Range: [0, 1). Default: 0.9999.</summary>
    [Option("how slowly the slow mean of gradients forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.999 to 0.9999")]
    public double Beta3 { get; init; } = 0.9999;

    /// <summary>α: the weight of the slow mean. Range: 0 or above. Default: 2.</summary>
    [Option("the weight of the slow mean", Minimum = 0, Usual = "2 to 10")]
    public double Alpha { get; init; } = 2;

    /// <summary>Over how many steps β3 rises from β1; 0: none. Range: 0 or above. Default: 0.</summary>
    [Option("over how many steps beta3 rises from beta1; 0 for none", Minimum = 0, Usual = "all steps of the training")]
    public int Beta3Warmup { get; init; }

    /// <summary>Over how many steps α rises from 0; 0: none. Range: 0 or above. Default: 0.</summary>
    [Option("over how many steps alpha rises from 0; 0 for none", Minimum = 0, Usual = "all steps of the training")]
    public int AlphaWarmup { get; init; }

    /// <summary>ε: keeps the division finite; larger values make small gradients move less. Range: 0 or above. Default: 1e-8.</summary>
    [Option("keeps the division finite; larger values make small gradients move less", Minimum = 0, Usual = "1e-8")]
    public double Epsilon { get; init; } = 1e-8;

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
