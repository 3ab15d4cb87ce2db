using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of direct preference with refusals.</summary>
public sealed record DpoUnlearningOptions : LadderOptions
{
    /// <summary>β: how soon the weight of a pair fades. Range: above 0. Default: 0.1.</summary>
    [Option("how soon the weight of a pair fades", Minimum = 0, ExcludesMinimum = true, Usual = "0.05 to 1")]
    public double Beta { get; init; } = 0.1;

    /// <inheritdoc/>
    public override IUnlearner Create() => new DpoUnlearning(this);
}
