using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of negative preference optimization.</summary>
public sealed record NpoOptions : LadderOptions
{
    /// <summary>β: how soon the weight of an answer fades. Range: above 0. Default: 0.1.</summary>
    [Option("how soon the weight of an answer fades", Minimum = 0, ExcludesMinimum = true, Usual = "0.05 to 1")]
    public double Beta { get; init; } = 0.1;

    /// <inheritdoc/>
    public override IUnlearner Create() => new Npo(this);
}
