using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of descent on the examples to keep: none.</summary>
public sealed record FineTuningOptions : UnlearnerOptions
{
    /// <inheritdoc/>
    public override IUnlearner Create() => new FineTuning(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
