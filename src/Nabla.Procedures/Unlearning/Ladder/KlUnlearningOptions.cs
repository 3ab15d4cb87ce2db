using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of ascent with a divergence to the starting model.</summary>
public sealed record KlUnlearningOptions : LadderOptions
{
    /// <summary>Makes the defaults.</summary>
    public KlUnlearningOptions()
    {
        Retain = RetainLoss.Kl;
    }


    /// <inheritdoc/>
    public override IUnlearner Create() => new KlUnlearning(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        base.Validate(guard);
        guard.Require(Retain == RetainLoss.Kl, Retain, "must be 'kl', which makes the method", "Take 'gradient-difference' or 'gradient-ascent' for another.");
    }
}
