using Nabla.Core;

namespace Nabla.Optimizers.FirstOrder;

/// <summary>Options of the cautious wrapper; the rule inside has its own.</summary>
public sealed record CautiousOptions : MethodOptions
{
    private const double UsualFloor = 1e-3;
    private const double UsualXi = 1;

    /// <summary>How the step is scaled up for the elements left out. Default: by the share kept.</summary>
    [Option("how the step is scaled up for the elements left out")]
    public CautiousScaling Scaling { get; init; } = CautiousScaling.Share;

    /// <summary>The least share to divide by; only when scaling by the share. Range: (0, 1]. Default: 1e-3.</summary>
    [Option("least share of elements kept to divide by", Minimum = 0, ExcludesMinimum = true, Maximum = 1, Usual = "1e-3")]
    public double Floor { get; init; } = UsualFloor;

    /// <summary>ξ, added to the number of elements kept; only when scaling by the count. Range: above 0. Default: 1.</summary>
    [Option("added to the number of elements kept", Minimum = 0, ExcludesMinimum = true, Usual = "1")]
    public double Xi { get; init; } = UsualXi;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
                Floor == UsualFloor || Scaling == CautiousScaling.Share,
                Floor,
                "has no effect when scaling by the count",
                "Set CautiousOptions.Scaling to Share, or leave Floor at 1e-3.")
            .Require(
                Xi == UsualXi || Scaling == CautiousScaling.Count,
                Xi,
                "has no effect when scaling by the share",
                "Set CautiousOptions.Scaling to Count, or leave Xi at 1.");
    }
}
