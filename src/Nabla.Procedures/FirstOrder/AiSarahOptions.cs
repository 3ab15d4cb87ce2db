using Nabla.Core;

namespace Nabla.Procedures.FirstOrder;

/// <summary>Options of AI-SARAH.</summary>
public sealed record AiSarahOptions : MethodOptions
{
    /// <summary>Samples a step; 0 for all. Range: 0 or above. Default: 64.</summary>
    [Option("samples a step, 0 for all", Minimum = 0, Usual = "1 to 128")]
    public int BatchSize { get; init; } = 64;

    /// <summary>γ: the inner loop ends when |v|² falls below this share of its first value. Range: (0, 1). Default: 1/32.</summary>
    [Option("share of the first squared norm at which the inner loop ends", Minimum = 0, ExcludesMinimum = true, Maximum = 1, ExcludesMaximum = true, Usual = "1/32")]
    public double Gamma { get; init; } = 1.0 / 32;

    /// <summary>β: how slowly the greatest step forgets. Range: [0, 1). Default: 0.999.</summary>
    [Option("how slowly the greatest step forgets", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0.99 to 0.999")]
    public double Beta { get; init; } = 0.999;

    /// <summary>A fixed step, which makes the method SARAH; 0 for the implicit step. Range: 0 or above. Default: 0.</summary>
    [Option("fixed step as in SARAH, 0 for the implicit step", Minimum = 0)]
    public double LearningRate { get; init; }

    /// <summary>The most steps of an inner loop; 0 for no limit. Range: 0 or above. Default: 0.</summary>
    [Option("most steps of an inner loop, 0 for no limit", Minimum = 0)]
    public int InnerSteps { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
