using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of ridge unlearning.</summary>
public sealed record RidgeOptions : UnlearnerOptions
{
    /// <summary>λ: the weight of the squared norm of the parameters. Range: 0 or above. Default: 0.1.</summary>
    [Option("weight of the squared norm", Minimum = 0, Usual = "0.1 to 3")]
    public double RegCoef { get; init; } = 0.1;

    /// <summary>γ: what the weight is multiplied by after each step. Range: 0 to 1. Default: 0.9.</summary>
    [Option("factor on the weight after each step", Minimum = 0, Maximum = 1, Usual = "0.3 to 0.9")]
    public double RegCoefDecay { get; init; } = 0.9;

    /// <inheritdoc/>
    public override IUnlearner Create() => new Ridge(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
