using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of the inverted hinge.</summary>
public sealed record InvertedHingeOptions : LadderOptions
{

    /// <inheritdoc/>
    public override IUnlearner Create() => new InvertedHinge(this);
}
