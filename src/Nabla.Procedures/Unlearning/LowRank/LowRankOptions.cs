using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of methods that train low-rank adapters and merge them at the end.</summary>
public abstract record LowRankOptions : LadderOptions
{
    /// <summary>Rank of the adapters; smaller matrices take what they have. Range: 1 or above. Default: 32.</summary>
    [Option("rank of the adapters", Minimum = 1, Usual = "4 to 32")]
    public int Rank { get; init; } = 32;

    /// <summary>The products are scaled by this over the rank. Range: above 0. Default: 64.</summary>
    [Option("the products are scaled by this over the rank", Minimum = 0, ExcludesMinimum = true, Usual = "rank to 2 rank")]
    public double LoraAlpha { get; init; } = 64;

    /// <summary>What the adapters begin with. Default: fisher.</summary>
    [Option("what the adapters begin with")]
    public LowRankStart Start { get; init; }
}
