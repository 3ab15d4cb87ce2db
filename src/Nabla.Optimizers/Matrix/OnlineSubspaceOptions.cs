using Nabla.Core;

namespace Nabla.Optimizers.Matrix;

/// <summary>Options of online subspace descent.</summary>
public sealed record OnlineSubspaceOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size η. Range: 0 or above. Default: 1e-3.</summary>
    [Option("scales every step", Minimum = 0, Usual = "1e-3 to 1e-2")]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>k: the rank of the subspace, at most the smaller side. Range: 1 or above. Default: 128.</summary>
    [Option("rank of the subspace, at most the smaller side", Minimum = 1, Usual = "4 to 512")]
    public int Rank { get; init; } = 128;

    /// <summary>Step size of the projection. Range: 0 or above; 0 keeps the first one. Default: 0.005.</summary>
    [Option("step size of the projection; 0 keeps the first one", Minimum = 0, Usual = "1e-3 to 1e-2")]
    public double ProjectionRate { get; init; } = 0.005;

    /// <summary>β1: how slowly the mean forgets. Range: [0, 1). Default: 0.9.</summary>
    [Option("how slowly the mean of gradients forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β2: how slowly the variance forgets. Range: [0, 1). Default: 0.999.</summary>
    [Option("how slowly the variance forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.95 to 0.999")]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε, outside the root. Range: 0 or above. Default: 1e-6.</summary>
    [Option("keeps the division finite, outside the root", Minimum = 0, Usual = "1e-8 to 1e-6")]
    public double Epsilon { get; init; } = 1e-6;

    /// <summary>What a step brought back from the subspace is multiplied by. Range: above 0. Default: 1.</summary>
    [Option("what a step brought back from the subspace is multiplied by", Minimum = 0, ExcludesMinimum = true, Usual = "0.25 to 1")]
    public double Scale { get; init; } = 1;

    /// <summary>λ: how strongly parameters are pulled to zero, apart from the gradient. Range: 0 or above. Default: 0.</summary>
    [Option("how strongly parameters are pulled to zero", Minimum = 0, Usual = "0 to 0.1")]
    public double WeightDecay { get; init; }

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
