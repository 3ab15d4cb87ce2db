using Nabla.Core;

namespace Nabla.Optimizers.Matrix;

/// <summary>Options of SOAP.</summary>
public sealed record SoapOptions : MethodOptions, ILearningRate, IMaximize
{
    /// <summary>Step size η. Range: 0 or above. Default: 3e-3.</summary>
    [Option("scales every step", Minimum = 0, Usual = "1e-3 to 1e-2")]
    public double LearningRate { get; init; } = 3e-3;

    /// <summary>β1: how slowly the mean forgets. Range: [0, 1). Default: 0.95.</summary>
    [Option("how slowly the mean of gradients forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9 to 0.95")]
    public double Beta1 { get; init; } = 0.95;

    /// <summary>β2: how slowly the variance forgets. Range: [0, 1). Default: 0.95.</summary>
    [Option("how slowly the variance forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.95 to 0.99")]
    public double Beta2 { get; init; } = 0.95;

    /// <summary>How slowly the squares behind the eigenbases forget; -1 takes beta2. Range: [0, 1) or -1. Default: -1.</summary>
    [Option("how slowly the squares behind the eigenbases forget; -1 takes beta2", Minimum = -1, Maximum = 1, ExcludesMaximum = true)]
    public double ShampooBeta { get; init; } = -1;

    /// <summary>ε, outside the root: keeps the division finite. Range: 0 or above. Default: 1e-8.</summary>
    [Option("keeps the division finite, outside the root", Minimum = 0, Usual = "1e-8")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>λ: how strongly parameters are pulled to zero, apart from the gradient. Range: 0 or above. Default: 0.01.</summary>
    [Option("how strongly parameters are pulled to zero", Minimum = 0, Usual = "0 to 0.1")]
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Steps between two updates of the eigenbases. Range: 1 or above. Default: 10.</summary>
    [Option("steps between two updates of the eigenbases", Minimum = 1, Usual = "1 to 100")]
    public int PreconditionFrequency { get; init; } = 10;

    /// <summary>Sides longer than this keep the identity as their basis. Range: 0 or above. Default: 10000.</summary>
    [Option("sides longer than this are not rotated", Minimum = 0)]
    public int MaxPreconditionerSize { get; init; } = 10_000;

    /// <summary>Whether each step is divided by its root mean square. Default: false.</summary>
    [Option("whether each step is divided by its root mean square")]
    public bool NormalizeGradients { get; init; }

    /// <summary>Whether mean and variance are corrected for beginning at zero. Default: true.</summary>
    [Option("whether mean and variance are corrected for beginning at zero")]
    public bool CorrectBias { get; init; } = true;

    /// <summary>Whether to climb instead of descend. Default: false.</summary>
    [Option("whether to climb instead of descend")]
    public bool Maximize { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
            ShampooBeta >= 0 || ShampooBeta == -1,
            ShampooBeta,
            "must be -1 or in [0, 1)",
            "Set SoapOptions.ShampooBeta to -1 to take Beta2.");
    }
}
