using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of gradient difference.</summary>
public sealed record GradientDifferenceOptions : LadderOptions
{

    /// <inheritdoc/>
    public override IUnlearner Create() => new GradientDifference(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        base.Validate(guard);
        guard.Require(Retain == RetainLoss.Nll, Retain, "must be 'nll', which makes the method", "Take 'kl-unlearning' or 'gradient-ascent' for another.");
    }
}
