using Nabla.Core;

namespace Nabla.Optimizers.Matrix;

/// <summary>Options of ASGO.</summary>
public sealed record AsgoOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size η. Range: 0 or above. Default: 1e-3.</summary>
    [Option("scales every step", Minimum = 0, Usual = "1e-3 to 0.1")]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>β1: how slowly the mean of gradients forgets; 0 takes the gradient itself. Range: [0, 1). Default: 0.</summary>
    [Option("how slowly the mean of gradients forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0 or 0.9 to 0.95")]
    public double Beta1 { get; init; }

    /// <summary>β2: how slowly the squares forget; 1 sums them, as in the theory. Range: (0, 1]. Default: 1.</summary>
    [Option("how slowly the squares forget; 1 sums them", Minimum = 0, ExcludesMinimum = true, Maximum = 1, Usual = "0.95 to 1")]
    public double Beta2 { get; init; } = 1;

    /// <summary>ε, added to the root of the squares. Range: above 0. Default: 1e-8.</summary>
    [Option("added to the root of the squares", Minimum = 0, ExcludesMinimum = true, Usual = "1e-8")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>λ: how strongly parameters are pulled to zero, apart from the gradient. Range: 0 or above. Default: 0.</summary>
    [Option("how strongly parameters are pulled to zero", Minimum = 0, Usual = "0 to 0.1")]
    public double WeightDecay { get; init; }

    /// <summary>τ: steps between two computations of the inverse root. Range: 1 or above. Default: 1.</summary>
    [Option("steps between two computations of the inverse root", Minimum = 1, Usual = "1 to 10")]
    public int PreconditionFrequency { get; init; } = 1;

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
