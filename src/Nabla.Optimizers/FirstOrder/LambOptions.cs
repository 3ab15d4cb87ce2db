using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of LAMB.</summary>
public sealed record LambOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size η: about how far a step goes, as a share of the tensor's norm. Range: 0 or above. Default: 1e-3.</summary>
    [Option("about how far a step goes, as a share of the tensor's norm", Minimum = 0, Usual = "1e-3 to 1e-2")]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>β1: how slowly the mean of gradients forgets. Range: [0, 1). Default: 0.9.</summary>
    [Option("how slowly the mean of gradients forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9 to 0.95")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β2: how slowly the mean of squares forgets. Range: [0, 1). Default: 0.999.</summary>
    [Option("how slowly the mean of squares forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.95 to 0.999")]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε: keeps the division finite; larger values make small gradients move less. Range: 0 or above. Default: 1e-6.</summary>
    [Option("keeps the division finite; larger values make small gradients move less", Minimum = 0, Usual = "1e-6")]
    public double Epsilon { get; init; } = 1e-6;

    /// <summary>Weight decay λ, added to the direction before its norm is taken. Range: 0 or above. Default: 1e-2.</summary>
    [Option("how strongly parameters are pulled to zero, as a part of the direction", Minimum = 0, Usual = "0 to 0.1")]
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>Whether the means are corrected for their start at zero. Default: true.</summary>
    [Option("whether the means are corrected for their start at zero")]
    public bool BiasCorrection { get; init; } = true;

    /// <summary>The greatest norm of a tensor that counts; 0: no limit. Range: 0 or above. Default: 0.</summary>
    [Option("the greatest norm of a tensor that counts; 0 for no limit", Minimum = 0, Usual = "0 or 10")]
    public double ClampValue { get; init; }

    /// <summary>Whether the ratio of norms is at most 1. Default: false.</summary>
    [Option("whether the ratio of norms is at most 1")]
    public bool TrustClip { get; init; }

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
