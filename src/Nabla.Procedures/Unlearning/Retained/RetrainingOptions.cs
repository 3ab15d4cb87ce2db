using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of retraining: none.</summary>
public sealed record RetrainingOptions : UnlearnerOptions
{
    /// <inheritdoc/>
    public override IUnlearner Create() => new Retraining(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
