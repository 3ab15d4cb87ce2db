using Nabla.Core;

namespace Nabla.Procedures.Adaptation;

/// <summary>Options of momentum-based weight interpolation.</summary>
public sealed record MomentumInterpolationOptions : MethodOptions
{
    /// <summary>τ: what the slow weights keep of themselves. Range: 0 to 1. Default: 0.995.</summary>
    [Option("what the slow weights keep of themselves", Minimum = 0, Maximum = 1, Usual = "0.99 to 0.9999")]
    public double Momentum { get; init; } = 0.995;

    /// <summary>Steps of the fast weights before the slow ones follow. Range: 1 or above. Default: 1.</summary>
    [Option("steps of the fast weights before the slow ones follow", Minimum = 1, Usual = "1 to 10")]
    public int Interval { get; init; } = 1;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
