using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of weighted gradient ascent.</summary>
public sealed record WgaOptions : LadderOptions
{
    /// <summary>β: power of the probability; 0 is gradient ascent. Range: 0 or above. Default: 1.</summary>
    [Option("power of the probability that weighs a token", Minimum = 0, Usual = "0.5 to 2")]
    public double Beta { get; init; } = 1;

    /// <inheritdoc/>
    public override IUnlearner Create() => new Wga(this);
}
