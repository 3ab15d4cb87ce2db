using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of pruning before fine-tuning.</summary>
public sealed record UnlearnSparseOptions : UnlearnerOptions
{
    /// <summary>The share of weights that are zero from then on. Range: 0 to below 1. Default: 0.95.</summary>
    [Option("share of weights that are pruned", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9 to 0.95")]
    public double Rate { get; init; } = 0.95;

    /// <summary>α: the weight of the absolute values of the parameters in the first pass; it falls evenly to nothing. Range: 0 or above. Default: 0.</summary>
    [Option("weight of the absolute values of the parameters, falling to nothing", Minimum = 0, Usual = "0 to 0.0005")]
    public double Alpha { get; init; }

    /// <inheritdoc/>
    public override IUnlearner Create() => new UnlearnSparse(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
