using Nabla.Core;

namespace Nabla.Online;

/// <summary>Options of online gradient descent.</summary>
public sealed record OnlineGradientDescentOptions : MethodOptions
{
    /// <summary>η: scales every step. Range: above 0. Default: 0.01.</summary>
    [Option("scales every step", Minimum = 0, ExcludesMinimum = true, Usual = "radius / (gradient norm * sqrt(rounds))")]
    public double LearningRate { get; init; } = 0.01;

    /// <summary>D: the greatest norm of a decision; 0 for no limit. Range: 0 or above. Default: 0.</summary>
    [Option("greatest norm of a decision, 0 for no limit", Minimum = 0)]
    public double Radius { get; init; }

    /// <summary>μ: the share of the decision that is kept. Range: (0, 1]. Default: 1.</summary>
    [Option("share of the decision that is kept", Minimum = 0, ExcludesMinimum = true, Maximum = 1, Usual = "1, or 0.9 to 0.99 to forget")]
    public double Memory { get; init; } = 1;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
