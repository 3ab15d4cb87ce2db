using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>What losses of forgetting have in common: gamma × forget loss + alpha × retain loss.</summary>
public abstract record LadderOptions : UnlearnerOptions
{
    /// <summary>γ: weight of the forget loss. Range: above 0. Default: 1 unless the method says otherwise.</summary>
    [Option("weight of the forget loss", Minimum = 0, ExcludesMinimum = true, Usual = "0.1 to 1")]
    public double Gamma { get; init; } = 1;

    /// <summary>α: weight of the retain loss; at 0 no example to keep is read. Range: 0 or above. Default: 1 unless the method says otherwise.</summary>
    [Option("weight of the retain loss; 0 leaves it out", Minimum = 0, Usual = "1 to 5")]
    public double Alpha { get; init; } = 1;

    /// <summary>What keeps the rest: none, nll, kl. Default: nll unless the method says otherwise.</summary>
    [Option("what keeps the rest")]
    public RetainLoss Retain { get; init; } = RetainLoss.Nll;

    /// <summary>Whether the method steers hidden states, so that <see cref="RetainLoss.Hidden"/> means something.</summary>
    protected virtual bool SteersStates => false;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard
            .Require(
                Retain != RetainLoss.None || Alpha is 0 or 1,
                Alpha,
                "has no effect without a retain loss",
                "Leave it at 1, or set Retain.")
            .Require(
                Retain != RetainLoss.Hidden || SteersStates,
                Retain,
                "belongs to methods that steer hidden states",
                "Use 'nll' or 'kl'.");
    }
}
