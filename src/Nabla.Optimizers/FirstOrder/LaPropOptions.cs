using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of LaProp.</summary>
public sealed record LaPropOptions : MethodOptions, ILearningRate
{
    /// <summary>Step size η: about how far each element moves a step. Range: 0 or above. Default: 4e-4.</summary>
    [Option("about how far each element moves a step", Minimum = 0, Usual = "1e-4 to 1e-2")]
    public double LearningRate { get; init; } = 4e-4;

    /// <summary>β1: how slowly the mean of normalized gradients forgets. Range: [0, 1). Default: 0.9.</summary>
    [Option("how slowly the mean of normalized gradients forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9 to 0.95")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β2: how slowly the mean of squares forgets. Range: [0, 1). Default: 0.999.</summary>
    [Option("how slowly the mean of squares forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9 to 0.999")]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε: keeps the division finite. Range: 0 or above. Default: 1e-15.</summary>
    [Option("keeps the division finite", Minimum = 0, Usual = "1e-15")]
    public double Epsilon { get; init; } = 1e-15;

    /// <summary>λ: the share of a parameter that is taken off after each step, whatever the learning rate. Range: 0 or above. Default: 0.</summary>
    [Option("the share of a parameter that is taken off after each step, whatever the learning rate", Minimum = 0, Usual = "0 to 1e-4")]
    public double WeightDecay { get; init; }

    /// <summary>Whether the greatest mean of squares so far divides. Default: false.</summary>
    [Option("whether the greatest mean of squares so far divides")]
    public bool Amsgrad { get; init; }

    /// <summary>Whether the squared mean of gradients is taken off the mean of squares, from step 11 on. Default: false.</summary>
    [Option("whether the squared mean of gradients is taken off the mean of squares, from step 11 on")]
    public bool Centered { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
