namespace Nabla.Procedures.Unlearning;

/// <summary>
/// The two ways to say how far a projection goes: the strength a, by which the part outside the span shrinks, and the
/// penalty λ on the drift in min ‖θ+Δ‖² + λ‖Δ‖² subject to Δ ⟂ span. They are the same: a = 1 / (1 + λ).
/// </summary>
public static class ProjectionStrength
{
    /// <summary>a = 1 / (1 + λ).</summary>
    /// <param name="penalty">λ: the weight of the squared drift. Range: 0 or above.</param>
    /// <exception cref="ArgumentOutOfRangeException">The penalty is negative or not a number.</exception>
    public static double OfPenalty(double penalty)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(penalty);
        ArgumentOutOfRangeException.ThrowIfEqual(double.IsNaN(penalty), true, nameof(penalty));
        return 1 / (1 + penalty);
    }

    /// <summary>λ = 1 / a - 1.</summary>
    /// <param name="strength">a. Range: above 0, at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The strength is out of range.</exception>
    public static double PenaltyOf(double strength)
    {
        Check(strength);
        ArgumentOutOfRangeException.ThrowIfZero(strength);
        return (1 / strength) - 1;
    }

    /// <summary>
    /// What is left of the part outside a span that stays the same, after projections whose strength falls: the product of
    /// 1 - a γ^s. With γ below 1 it has a limit above 0: weak projections with decay never remove everything.
    /// </summary>
    /// <param name="strength">a: the first strength. Range: 0 to 1.</param>
    /// <param name="decay">γ: the factor after each projection. Range: 0 to 1.</param>
    /// <param name="projections">How many. Range: 0 or above.</param>
    public static double LeftAfter(double strength, double decay, int projections)
    {
        Check(strength);
        Check(decay);
        ArgumentOutOfRangeException.ThrowIfNegative(projections);
        var left = 1.0;
        for (var s = 0; s < projections; s++, strength *= decay)
        {
            left *= 1 - strength;
        }

        return left;
    }

    internal static void Check(double strength)
    {
        if (strength is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(strength), strength, "A strength or decay is between 0 and 1.");
        }
    }
}
