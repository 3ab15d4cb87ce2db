using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of Lion-κ.</summary>
public sealed record LionKOptions : MethodOptions, ILearningRate
{
    /// <summary>Step size η: how far a step goes along the gradient of kappa. Range: 0 or above. Default: 1e-4.</summary>
    [Option("how far a step goes along the gradient of kappa", Minimum = 0, Usual = "1e-5 to 1e-2")]
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>β1: how much of the momentum enters the step beside the gradient. Range: [0, 1). Default: 0.9.</summary>
    [Option("how much of the momentum enters the step beside the gradient", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9 to 0.95")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β2: how slowly the momentum forgets. Range: [0, 1). Default: 0.99.</summary>
    [Option("how slowly the momentum forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.98 to 0.99")]
    public double Beta2 { get; init; } = 0.99;

    /// <summary>λ: how strongly parameters shrink, apart from the gradient; 1/λ is the radius of the box or ball. Range: 0 or above. Default: 0.</summary>
    [Option("how strongly parameters shrink, apart from the gradient; 1/λ is the radius of the box or ball", Minimum = 0, Usual = "0 to 1")]
    public double WeightDecay { get; init; }

    /// <summary>The convex function whose gradient the step follows. Default: l1.</summary>
    [Option("the convex function whose gradient the step follows")]
    public LionKappa Kappa { get; init; } = LionKappa.L1;

    /// <summary>e: the size of momentum up to which huber, threshold and entropy differ from the sign. Range: above 0. Default: 1e-3.</summary>
    [Option("the size of momentum up to which huber, threshold and entropy differ from the sign", Minimum = 0, ExcludesMinimum = true, Usual = "the size of a gradient element")]
    public double Width { get; init; } = 1e-3;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
            Width == 1e-3 || Kappa is LionKappa.Huber or LionKappa.Threshold or LionKappa.Entropy,
            Width,
            "has an effect with the kappas huber, threshold and entropy only",
            "Set LionKOptions.Kappa to one of them, or leave Width at 1e-3.");
    }
}
