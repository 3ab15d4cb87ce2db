using Nabla.Core;

namespace Nabla.Procedures.FirstOrder;

/// <summary>Options of competitive gradient optimization.</summary>
public sealed record CgoOptions : MethodOptions
{
    /// <summary>η: scales every step. Range: above 0. Default: 0.04.</summary>
    [Option("scales every step", Minimum = 0, ExcludesMinimum = true, Usual = "0.01 to 0.1")]
    public double LearningRate { get; init; } = 0.04;

    /// <summary>α: how strongly a player foresees the other's move; 0 is gradient descent ascent. Range: 0 or above. Default: 2.</summary>
    [Option("how strongly a player foresees the other's move, 0 for gradient descent ascent", Minimum = 0, Usual = "1 to 4")]
    public double Alpha { get; init; } = 2;

    /// <summary>Whether each step is made with the update at a point looked at first. Default: false.</summary>
    [Option("whether each step is made with the update at a point looked at first")]
    public bool Optimistic { get; init; }

    /// <summary>The relative accuracy of the linear system. Range: (0, 1). Default: 1e-12.</summary>
    [Option("relative accuracy of the linear system", Minimum = 0, ExcludesMinimum = true, Maximum = 1, ExcludesMaximum = true, Usual = "1e-12 to 1e-6")]
    public double SolveTolerance { get; init; } = 1e-12;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
