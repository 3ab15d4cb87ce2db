using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of MinNorm-OG. The names are those of the authors' code.</summary>
public sealed record MinNormOgOptions : UnlearnerOptions
{
    /// <summary>λ_reg: the strength of the first projection; 1 / (1 + λ) for a penalty λ on the drift. Range: above 0, at most 1. Default: 0.1.</summary>
    [Option("strength of the first projection", Minimum = 0, ExcludesMinimum = true, Maximum = 1, Usual = "0.01 to 0.1")]
    public double RegCoef { get; init; } = 0.1;

    /// <summary>γ_reg: what the strength is multiplied by after each projection. Range: 0 to 1. Default: 0.9.</summary>
    [Option("factor on the strength after each projection", Minimum = 0, Maximum = 1, Usual = "0.3 to 0.9")]
    public double RegCoefDecay { get; init; } = 0.9;

    /// <summary>T_Proj: a projection comes before every step of each so many-th pass, the first among them. Range: 1 or above. Default: 1.</summary>
    [Option("passes from one with projections to the next", Minimum = 1, Usual = "1 to 10")]
    public int ProjPd { get; init; } = 1;

    /// <summary>T_GD: how many passes at the end only descend. Range: 0 or above. Default: 0.</summary>
    [Option("passes at the end without projections", Minimum = 0, Usual = "up to half of all")]
    public int NumGdEpochs { get; init; }

    /// <summary>n_pert: examples whose output gradients span what a projection keeps. Range: 1 or above. Default: 50.</summary>
    [Option("examples whose output gradients are kept", Minimum = 1, Usual = "50, or all that fit")]
    public int GradSampleSize { get; init; } = 50;

    /// <summary>Whether the optimizer forgets its averages after a projection, which otherwise push back. Default: false.</summary>
    [Option("begin the optimizer anew after each projection")]
    public bool ResetMoments { get; init; }

    /// <summary>Whether gains and shifts of normalization layers keep out of the projection; a gain shrunk to zero kills its layer. Default: false.</summary>
    [Option("leave gains and shifts of normalization layers out of the projection")]
    public bool ExcludeNorms { get; init; }

    /// <summary>The most memory for gradients in MiB; with less than they need they are asked for in parts, twice. Range: 1 or above. Default: 1024.</summary>
    [Option("most memory for gradients in MiB", Minimum = 1)]
    public int MemoryLimit { get; init; } = 1024;

    /// <inheritdoc/>
    public override IUnlearner Create() => new MinNormOg(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
