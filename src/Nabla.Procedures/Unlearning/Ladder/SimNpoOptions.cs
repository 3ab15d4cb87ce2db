using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of SimNPO.</summary>
public sealed record SimNpoOptions : LadderOptions
{
    /// <summary>Makes the defaults.</summary>
    public SimNpoOptions()
    {
        Gamma = 0.125;
    }

    /// <summary>β: steepness in the mean loss. Range: above 0. Default: 4.5.</summary>
    [Option("steepness in the mean loss", Minimum = 0, ExcludesMinimum = true, Usual = "2.5 to 5.5")]
    public double Beta { get; init; } = 4.5;

    /// <summary>δ: mean loss that is aimed at. Range: 0 or above. Default: 0.</summary>
    [Option("mean loss that is aimed at", Minimum = 0, Usual = "0 to 2")]
    public double Delta { get; init; }

    /// <inheritdoc/>
    public override IUnlearner Create() => new SimNpo(this);
}
