using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of Sophia-G.</summary>
public sealed record SophiaGOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size η: the most an element moves a step. Range: 0 or above. Default: 1e-4.</summary>
    [Option("the most an element moves a step", Minimum = 0, Usual = "1e-4 to 1e-3")]
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>β1: how slowly the mean of gradients forgets. Range: [0, 1). Default: 0.965.</summary>
    [Option("how slowly the mean of gradients forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9 to 0.965")]
    public double Beta1 { get; init; } = 0.965;

    /// <summary>β2: how slowly the estimate of curvature forgets. Range: [0, 1). Default: 0.99.</summary>
    [Option("how slowly the estimate of curvature forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.95 to 0.99")]
    public double Beta2 { get; init; } = 0.99;

    /// <summary>ρ: scales the curvature; smaller values clip more steps. Range: 0 or above. Default: 0.04.</summary>
    [Option("scales the curvature; smaller values clip more steps", Minimum = 0, Usual = "0.01 to 0.1")]
    public double Rho { get; init; } = 0.04;

    /// <summary>B: how many examples (tokens) the gradients are means over; the curvature is B times the mean of squares. Range: above 0. Default: 5120.</summary>
    [Option("how many examples or tokens the gradients are means over", Minimum = 0, ExcludesMinimum = true, Usual = "the tokens in a batch")]
    public double BatchSize { get; init; } = 5120;

    /// <summary>λ: how strongly parameters shrink, apart from the gradient. Range: 0 or above. Default: 0.1.</summary>
    [Option("how strongly parameters shrink, apart from the gradient", Minimum = 0, Usual = "0 to 0.1")]
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>k: the curvature is estimated at every k-th step, the first included; only where Phase is both. Range: 1 or above. Default: 10.</summary>
    [Option("every how many steps the curvature is estimated", Minimum = 1, Usual = "10")]
    public int HessianInterval { get; init; } = 10;

    /// <summary>What a step does with the gradients it is given. Default: both.</summary>
    [Option("what a step does with the gradients it is given")]
    public SophiaPhase Phase { get; init; } = SophiaPhase.Both;

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
            Phase == SophiaPhase.Both || HessianInterval == 10,
            HessianInterval,
            "has no effect unless Phase is Both",
            "Set SophiaGOptions.Phase to Both, or leave HessianInterval at 10.");
    }
}
