using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of primal-dual unlearning.</summary>
public sealed record PduOptions : LadderOptions
{
    /// <summary>ε: the retain loss that is acceptable. Range: 0 or above. Default: 0.</summary>
    [Option("the retain loss that is acceptable", Minimum = 0, Usual = "a little above that of the model")]
    public double Epsilon { get; init; }

    /// <summary>Step of α. Range: above 0. Default: 1.</summary>
    [Option("step of alpha", Minimum = 0, ExcludesMinimum = true, Usual = "0.1 to 10")]
    public double DualStep { get; init; } = 1;

    /// <summary>Passes before α moves. Range: 0 or above. Default: 5.</summary>
    [Option("passes before alpha moves", Minimum = 0, Usual = "0 to 5")]
    public int WarmupEpochs { get; init; } = 5;

    /// <inheritdoc/>
    public override IUnlearner Create() => new Pdu(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        base.Validate(guard);
        guard.Require(Retain != RetainLoss.None, Retain, "must say what is kept: it is the constraint", "Use 'nll' or 'kl'.");
    }
}
