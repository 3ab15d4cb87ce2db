using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of AdaBelief.</summary>
public sealed record AdaBeliefOptions : MethodOptions, ILearningRate
{
    /// <summary>Step size η: about how far each element moves a step. Range: 0 or above. Default: 1e-3.</summary>
    [Option("about how far each element moves a step", Minimum = 0, Usual = "1e-4 to 1e-2")]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>β1: how slowly the mean of gradients forgets. Range: [0, 1). Default: 0.9.</summary>
    [Option("how slowly the mean of gradients forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9 to 0.95")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β2: how slowly the belief forgets. Range: [0, 1). Default: 0.999.</summary>
    [Option("how slowly the belief forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.95 to 0.999")]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε: added to the belief each step and to its root; larger values make steps smaller where gradients hardly vary. Range: 0 or above. Default: 1e-16.</summary>
    [Option("added to the belief each step and to its root; larger values make steps smaller where gradients hardly vary", Minimum = 0, Usual = "1e-16 for transformers, 1e-8 for convolutions")]
    public double Epsilon { get; init; } = 1e-16;

    /// <summary>λ: how strongly parameters shrink. Range: 0 or above. Default: 0.</summary>
    [Option("how strongly parameters shrink", Minimum = 0, Usual = "0 to 0.1")]
    public double WeightDecay { get; init; }

    /// <summary>Whether weight decay acts apart from the gradient; only with weight decay. Default: true.</summary>
    [Option("whether weight decay acts apart from the gradient")]
    public bool WeightDecouple { get; init; } = true;

    /// <summary>Whether decoupled decay is not multiplied by the learning rate. Default: false.</summary>
    [Option("whether decoupled decay is not multiplied by the learning rate")]
    public bool FixedDecay { get; init; }

    /// <summary>Whether the greatest belief so far divides; not together with rectify. Default: false.</summary>
    [Option("whether the greatest belief so far divides")]
    public bool Amsgrad { get; init; }

    /// <summary>Whether the step is rectified as in RAdam. Default: false.</summary>
    [Option("whether the step is rectified as in RAdam")]
    public bool Rectify { get; init; }

    /// <summary>With rectify: whether the steps before rectification begins go along the mean; otherwise they are left out. Default: true.</summary>
    [Option("whether the steps before rectification begins go along the mean instead of being left out")]
    public bool DegeneratedToSgd { get; init; } = true;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
                WeightDecouple || WeightDecay > 0,
                WeightDecouple,
                "has no effect without weight decay",
                "Set AdaBeliefOptions.WeightDecay above 0, or leave WeightDecouple on.")
            .Require(
                !FixedDecay || (WeightDecouple && WeightDecay > 0),
                FixedDecay,
                "has no effect without decoupled weight decay",
                "Set AdaBeliefOptions.WeightDecay above 0 and WeightDecouple on.")
            .Require(
                !Amsgrad || !Rectify,
                Amsgrad,
                "has no effect together with rectify",
                "Set one of AdaBeliefOptions.Amsgrad and Rectify.")
            .Require(
                DegeneratedToSgd || Rectify,
                DegeneratedToSgd,
                "has no effect without rectify",
                "Set AdaBeliefOptions.Rectify, or leave DegeneratedToSgd on.");
    }
}
