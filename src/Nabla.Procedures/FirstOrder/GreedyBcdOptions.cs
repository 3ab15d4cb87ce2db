using Nabla.Core;

namespace Nabla.Procedures.FirstOrder;

/// <summary>Options of greedy block coordinate descent.</summary>
public sealed record GreedyBcdOptions : MethodOptions
{
    /// <summary>Coordinates a block. Range: 1 or above. Default: 5.</summary>
    [Option("coordinates a block", Minimum = 1, Usual = "1 to 100")]
    public int BlockSize { get; init; } = 5;

    /// <summary>Which sets of coordinates are blocks. Default: variable.</summary>
    [Option("which sets of coordinates are blocks")]
    public BlockKind Blocks { get; init; } = BlockKind.Variable;

    /// <summary>How the block is chosen. Default: quadratic.</summary>
    [Option("how the block is chosen")]
    public BlockRule Rule { get; init; } = BlockRule.Quadratic;

    /// <summary>How the block is moved. Default: newton.</summary>
    [Option("how the block is moved")]
    public BlockStep Step { get; init; } = BlockStep.Newton;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
