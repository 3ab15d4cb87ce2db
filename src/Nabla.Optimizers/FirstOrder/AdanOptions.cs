using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of Adan.</summary>
public sealed record AdanOptions : MethodOptions, ILearningRate
{
    /// <summary>Step size η: about how far each element moves a step. Range: 0 or above. Default: 1e-3.</summary>
    [Option("about how far each element moves a step", Minimum = 0, Usual = "1e-4 to 1e-2")]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>β1: how slowly the mean of gradients forgets. Range: [0, 1). Default: 0.98.</summary>
    [Option("how slowly the mean of gradients forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.96 to 0.98")]
    public double Beta1 { get; init; } = 0.98;

    /// <summary>β2: how slowly the mean of gradient differences forgets. Range: [0, 1). Default: 0.92.</summary>
    [Option("how slowly the mean of gradient differences forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.92")]
    public double Beta2 { get; init; } = 0.92;

    /// <summary>β3: how slowly the mean of squares forgets. Range: [0, 1). Default: 0.99.</summary>
    [Option("how slowly the mean of squares forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.99 to 0.999")]
    public double Beta3 { get; init; } = 0.99;

    /// <summary>ε: keeps the division finite; larger values make small gradients move less. Range: 0 or above. Default: 1e-8.</summary>
    [Option("keeps the division finite; larger values make small gradients move less", Minimum = 0, Usual = "1e-8")]
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>λ: how strongly parameters shrink, apart from the gradient. Range: 0 or above. Default: 0.</summary>
    [Option("how strongly parameters shrink, apart from the gradient", Minimum = 0, Usual = "0 to 0.1")]
    public double WeightDecay { get; init; }

    /// <summary>Whether decay multiplies by 1 - ηλ before the step, as in AdamW, instead of dividing by 1 + ηλ after it. Default: false.</summary>
    [Option("whether decay multiplies by 1 - learningRate weightDecay before the step instead of dividing after it")]
    public bool NoProx { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
            !NoProx || WeightDecay > 0,
            NoProx,
            "has no effect without weight decay",
            "Set AdanOptions.WeightDecay above 0, usually up to 0.1.");
    }
}
