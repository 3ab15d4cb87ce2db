using Nabla.Core;

namespace Nabla.Procedures.FirstOrder;

/// <summary>Options of the online-to-non-convex conversion.</summary>
public sealed record O2ncOptions : MethodOptions
{
    /// <summary>T: moves a block; the learner forgets at the end of each. Range: 1 or above. Default: 100.</summary>
    [Option("moves a block", Minimum = 1, Usual = "10 to 1000")]
    public int BlockLength { get; init; } = 100;

    /// <summary>Whether the learner forgets everything at the end of a block. Default: true.</summary>
    [Option("whether the learner forgets everything at the end of a block")]
    public bool Restart { get; init; } = true;

    /// <summary>The random scale of moves. Default: uniform.</summary>
    [Option("random scale of moves")]
    public RandomScaling Scaling { get; init; } = RandomScaling.Uniform;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
