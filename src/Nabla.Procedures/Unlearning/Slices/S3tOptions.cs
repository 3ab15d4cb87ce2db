using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of sequence-aware sharded sliced training.</summary>
public sealed record S3tOptions : MethodOptions
{
    /// <summary>m: parts of the data with models of their own. Range: 1 or above. Default: 3.</summary>
    [Option("parts of the data with models of their own", Minimum = 1, Usual = "3 to 10")]
    public int Shards { get; init; } = 3;

    /// <summary>B: models of a shard, each with an order of slices of its own. Range: 1 up to the number of layers. Default: 4.</summary>
    [Option("models of a shard, each with its own order of slices", Minimum = 1, Usual = "1 to the number of layers")]
    public int Sequences { get; init; } = 4;

    /// <summary>Rank of the adapter of each layer. Range: 1 or above. Default: 8.</summary>
    [Option("rank of the adapter of each layer", Minimum = 1, Usual = "4 to 16")]
    public int Rank { get; init; } = 8;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
