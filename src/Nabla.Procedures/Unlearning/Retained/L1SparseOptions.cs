using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of ℓ1-sparse unlearning.</summary>
public sealed record L1SparseOptions : UnlearnerOptions
{
    /// <summary>λ: the weight of the sum of absolute values of the parameters. Range: 0 or above. Default: 0.0005.</summary>
    [Option("weight of the absolute values", Minimum = 0, Usual = "0.0001 to 0.1")]
    public double RegCoef { get; init; } = 0.0005;

    /// <inheritdoc/>
    public override IUnlearner Create() => new L1Sparse(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
