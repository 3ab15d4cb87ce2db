using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of UNDIAL.</summary>
public sealed record UndialOptions : LadderOptions
{
    /// <summary>Makes the defaults.</summary>
    public UndialOptions()
    {
        Alpha = 0;
    }

    /// <summary>β: how far the answer token is lowered. Range: above 0. Default: 10.</summary>
    [Option("how far the answer token is lowered", Minimum = 0, ExcludesMinimum = true, Usual = "3 to 30")]
    public double Beta { get; init; } = 10;

    /// <inheritdoc/>
    public override IUnlearner Create() => new Undial(this);
}
