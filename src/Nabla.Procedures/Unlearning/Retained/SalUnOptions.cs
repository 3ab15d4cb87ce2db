using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of SalUn.</summary>
public sealed record SalUnOptions : UnlearnerOptions
{
    /// <summary>λ: the weight of the loss with wrong labels on examples to forget. Range: 0 or above. Default: 1.</summary>
    [Option("weight of the wrong labels", Minimum = 0, Usual = "0.1 to 1")]
    public double GaCoef { get; init; } = 1;

    /// <inheritdoc/>
    public override IUnlearner Create() => new SalUn(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
