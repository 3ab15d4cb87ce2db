using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of AdaBound.</summary>
public sealed record AdaBoundOptions : MethodOptions, ILearningRate
{
    /// <summary>Step size η: the step size of the first steps, those of Adam. Range: 0 or above. Default: 1e-3.</summary>
    [Option("the step size of the first steps, those of Adam", Minimum = 0, Usual = "1e-4 to 1e-2")]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>β1: how slowly the mean of gradients forgets. Range: [0, 1). Default: 0.9.</summary>
    [Option("how slowly the mean of gradients forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9 to 0.95")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β2: how slowly the mean of squares forgets. Range: [0, 1). Default: 0.999.</summary>
    [Option("how slowly the mean of squares forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.95 to 0.999")]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>The rate on which both bounds close, that of SGD. Range: 0 or above. Default: 0.1.</summary>
    [Option("the rate on which both bounds close, that of SGD", Minimum = 0, Usual = "0.01 to 1")]
    public double FinalLearningRate { get; init; } = 0.1;

    /// <summary>γ: how fast the bounds close. Range: (0, 1). Default: 1e-3.</summary>
    [Option("how fast the bounds close", Minimum = 0, ExcludesMinimum = true, Maximum = 1, ExcludesMaximum = true, Usual = "1e-4 to 1e-2")]
    public double Gamma { get; init; } = 1e-3;

    /// <summary>ε: keeps the division finite; larger values make small gradients move less. Range: 0 or above. Default: 1e-8.</summary>
    [Option("keeps the division finite; larger values make small gradients move less", Minimum = 0, Usual = "1e-8")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>λ: how strongly parameters are pulled to zero, through the gradient. Range: 0 or above. Default: 0.</summary>
    [Option("how strongly parameters are pulled to zero, through the gradient", Minimum = 0, Usual = "0 to 1e-3")]
    public double WeightDecay { get; init; }

    /// <summary>Whether the greatest mean of squares so far divides, as in AMSBound. Default: false.</summary>
    [Option("whether the greatest mean of squares so far divides, as in AMSBound")]
    public bool Amsbound { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
