using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of low-rank knowledge unlearning.</summary>
public sealed record LokuOptions : LowRankOptions
{
    /// <inheritdoc/>
    public override IUnlearner Create() => new Loku(this);
}
