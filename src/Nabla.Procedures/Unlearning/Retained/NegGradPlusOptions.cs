using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of NegGrad+.</summary>
public sealed record NegGradPlusOptions : UnlearnerOptions
{
    /// <summary>λ_GA: the weight of the ascent on the examples to forget. Range: 0 or above. Default: 0.1.</summary>
    [Option("weight of the ascent on the examples to forget", Minimum = 0, Usual = "0.001 to 1")]
    public double GaCoef { get; init; } = 0.1;

    /// <inheritdoc/>
    public override IUnlearner Create() => new NegGradPlus(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
