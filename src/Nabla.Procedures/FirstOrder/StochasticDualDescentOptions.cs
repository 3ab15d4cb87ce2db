using Nabla.Core;

namespace Nabla.Procedures.FirstOrder;

/// <summary>Options of stochastic dual descent.</summary>
public sealed record StochasticDualDescentOptions : MethodOptions
{
    /// <summary>
    /// β n: the step multiplied by the number of observations, as the paper quotes it; a chosen weight moves by
    /// learningRate / batchSize times its residual. Range: above 0. Default: 50.
    /// </summary>
    [Option("step multiplied by the number of observations", Minimum = 0, ExcludesMinimum = true, Usual = "1 to 100")]
    public double LearningRate { get; init; } = 50;

    /// <summary>Observations a step; 0 for all. Range: 0 or above. Default: 128.</summary>
    [Option("observations a step, 0 for all", Minimum = 0, Usual = "64 to 512")]
    public int BatchSize { get; init; } = 128;

    /// <summary>ρ: the share of the velocity that is kept. Range: [0, 1). Default: 0.9.</summary>
    [Option("share of the velocity that is kept", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.9")]
    public double Momentum { get; init; } = 0.9;

    /// <summary>Whether residuals are taken where the velocity leads (Nesterov). Default: true.</summary>
    [Option("whether residuals are taken where the velocity leads")]
    public bool Nesterov { get; init; } = true;

    /// <summary>r: the weight of the newest weights in their average; 0 for 100 / iterations, 1 for no average. Range: [0, 1]. Default: 0.</summary>
    [Option("weight of the newest in the average, 0 for 100 / iterations, 1 for no average", Minimum = 0, Maximum = 1)]
    public double Averaging { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
            Momentum > 0 || !Nesterov,
            Nesterov,
            "has no effect without momentum",
            "Set StochasticDualDescentOptions.Momentum above 0, usually 0.9, or Nesterov to false.");
    }
}
