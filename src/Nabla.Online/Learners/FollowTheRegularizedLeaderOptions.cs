using Nabla.Core;

namespace Nabla.Online;

/// <summary>Options of follow the regularized leader.</summary>
public sealed record FollowTheRegularizedLeaderOptions : MethodOptions
{
    /// <summary>c: scales every decision. Range: above 0. Default: 1.</summary>
    [Option("scales every decision", Minimum = 0, ExcludesMinimum = true, Usual = "the radius")]
    public double Scale { get; init; } = 1;

    /// <summary>D: the greatest norm of a decision; 0 for no limit. Range: 0 or above. Default: 0.</summary>
    [Option("greatest norm of a decision, 0 for no limit", Minimum = 0)]
    public double Radius { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
