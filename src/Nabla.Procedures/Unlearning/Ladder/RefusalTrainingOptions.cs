using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of training on refusals.</summary>
public sealed record RefusalTrainingOptions : LadderOptions
{

    /// <inheritdoc/>
    public override IUnlearner Create() => new RefusalTraining(this);
}
