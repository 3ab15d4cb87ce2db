using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of MVN-Grad.</summary>
public sealed record MvnGradOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size η: scales every step. Range: 0 or above. Default: 1e-3.</summary>
    [Option("scales every step", Minimum = 0, Usual = "1e-4 to 1e-2")]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>β1: how slowly both means forget. Range: (0, 1). Default: 0.9.</summary>
    [Option("how slowly the mean of gradients and the momentum forget", Minimum = 0, ExcludesMinimum = true, Maximum = 1, ExcludesMaximum = true, Usual = "0.9 to 0.95")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β2: how slowly the variance forgets. Range: [0, 1). Default: 0.999.</summary>
    [Option("how slowly the variance forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.95 to 0.999")]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε, outside the root: keeps the division finite. Range: 0 or above. Default: 1e-8.</summary>
    [Option("keeps the division finite, outside the root", Minimum = 0, Usual = "1e-8")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>ε_s, added to the variance each step: bounds steps where gradients hardly vary. Range: 0 or above. Default: 1e-16.</summary>
    [Option("added to the variance each step; bounds steps where gradients hardly vary", Minimum = 0, Usual = "1e-16 to 1e-8")]
    public double VarianceFloor { get; init; } = 1e-16;

    /// <summary>λ: how strongly parameters are pulled to zero. Range: 0 or above. Default: 0.</summary>
    [Option("how strongly parameters are pulled to zero", Minimum = 0, Usual = "0 to 0.1")]
    public double WeightDecay { get; init; }

    /// <summary>How weight decay acts; only with weight decay. Default: decoupled.</summary>
    [Option("how weight decay acts")]
    public WeightDecayKind WeightDecayKind { get; init; } = WeightDecayKind.Decoupled;

    /// <summary>Around which mean the variance is taken. Default: the updated one.</summary>
    [Option("around which mean the variance is taken")]
    public MeanKind Mean { get; init; } = MeanKind.Updated;

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
            WeightDecayKind == WeightDecayKind.Decoupled || WeightDecay > 0,
            WeightDecayKind,
            "has no effect without weight decay",
            "Set MvnGradOptions.WeightDecay above 0, usually up to 0.1.");
    }
}
