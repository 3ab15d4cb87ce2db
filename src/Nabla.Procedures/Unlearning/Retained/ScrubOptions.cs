using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of SCRUB.</summary>
public sealed record ScrubOptions : UnlearnerOptions
{
    /// <summary>λ: the weight of the distance to the original model on examples to keep. Range: 0 or above. Default: 1.</summary>
    [Option("weight of staying near the original model", Minimum = 0, Usual = "0.1 to 1")]
    public double RegCoef { get; init; } = 1;

    /// <summary>λ_GA: the weight of the distance from the original model on examples to forget. Range: 0 or above. Default: 0.1.</summary>
    [Option("weight of moving away from the original model", Minimum = 0, Usual = "0.001 to 1")]
    public double GaCoef { get; init; } = 0.1;

    /// <summary>How many passes at the end only keep. Range: 0 or above. Default: 0.</summary>
    [Option("passes at the end that only keep", Minimum = 0)]
    public int NumGdEpochs { get; init; }

    /// <inheritdoc/>
    public override IUnlearner Create() => new Scrub(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
