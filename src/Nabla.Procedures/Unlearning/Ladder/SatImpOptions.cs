using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of SatImp.</summary>
public sealed record SatImpOptions : LadderOptions
{
    /// <summary>Makes the defaults.</summary>
    public SatImpOptions()
    {
        Gamma = 0.1;
    }

    /// <summary>β1: power of the probability. Range: 0 or above. Default: 5.</summary>
    [Option("power of the probability", Minimum = 0, Usual = "1 to 6")]
    public double Beta1 { get; init; } = 5;

    /// <summary>β2: power of the rest. Range: 0 or above. Default: 1.</summary>
    [Option("power of what is left of the probability", Minimum = 0, Usual = "0 to 2")]
    public double Beta2 { get; init; } = 1;

    /// <inheritdoc/>
    public override IUnlearner Create() => new SatImp(this);
}
