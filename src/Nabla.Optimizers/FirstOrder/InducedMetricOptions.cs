using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of the induced-metric method.</summary>
public sealed record InducedMetricOptions : MethodOptions, ILearningRate
{
    /// <summary>Step size η: how far a step goes along the momentum where the surface is flat. Range: 0 or above. Default: 0.1.</summary>
    [Option("how far a step goes along the momentum where the surface is flat", Minimum = 0, Usual = "1e-2 to 1")]
    public double LearningRate { get; init; } = 0.1;

    /// <summary>μ: how slowly the mean of gradients forgets. Range: [0, 1). Default: 0.9.</summary>
    [Option("how slowly the mean of gradients forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9")]
    public double Momentum { get; init; } = 0.9;

    /// <summary>ξ: how strongly steepness shortens steps; 0 is SGD with momentum. Range: 0 or above. Default: 0.1.</summary>
    [Option("how strongly steepness shortens steps; 0 is SGD with momentum", Minimum = 0, Usual = "0.01 to 10")]
    public double Xi { get; init; } = 0.1;

    /// <summary>β: how slowly the mean of the squared gradient norm forgets. Range: [0, 1). Default: 0.8.</summary>
    [Option("how slowly the mean of the squared gradient norm forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.5 to 0.9")]
    public double Beta { get; init; } = 0.8;

    /// <summary>λ: how strongly parameters shrink, apart from the gradient. Range: 0 or above. Default: 0.</summary>
    [Option("how strongly parameters shrink, apart from the gradient", Minimum = 0, Usual = "0 to 0.1")]
    public double WeightDecay { get; init; }

    /// <summary>The surface whose metric shortens steps. Default: plain.</summary>
    [Option("the surface whose metric shortens steps")]
    public InducedMetricKind Metric { get; init; } = InducedMetricKind.Plain;

    /// <summary>β_r, with the rms metric: how slowly the mean of squares forgets. Range: [0, 1). Default: 0.99.</summary>
    [Option("how slowly the mean of squares forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9 to 0.999")]
    public double BetaRms { get; init; } = 0.99;

    /// <summary>ε, with the rms metric: keeps the division finite. Range: 0 or above. Default: 1e-8.</summary>
    [Option("keeps the division finite", Minimum = 0, Usual = "1e-8")]
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
                BetaRms == 0.99 || Metric == InducedMetricKind.Rms,
                BetaRms,
                "has an effect with the rms metric only",
                "Set InducedMetricOptions.Metric to Rms, or leave BetaRms at 0.99.")
            .Require(
                Epsilon == 1e-8 || Metric == InducedMetricKind.Rms,
                Epsilon,
                "has an effect with the rms metric only",
                "Set InducedMetricOptions.Metric to Rms, or leave Epsilon at 1e-8.");
    }
}
