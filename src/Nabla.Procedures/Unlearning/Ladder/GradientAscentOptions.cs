using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Gradient ascent has no options of its own.</summary>
public sealed record GradientAscentOptions : UnlearnerOptions
{

    /// <inheritdoc/>
    public override IUnlearner Create() => new GradientAscent(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
