using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of first-epoch gradient ascent.</summary>
public sealed record FirstEpochGaOptions : UnlearnerOptions
{
    /// <summary>The gradients kept in the first pass of training; needed. Owned by the caller.</summary>
    public FirstEpochGradients? Gradients { get; init; }

    /// <inheritdoc/>
    public override IUnlearner Create() => new FirstEpochGa(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
