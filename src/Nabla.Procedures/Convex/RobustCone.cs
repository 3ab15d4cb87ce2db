namespace Nabla.Procedures.Convex;

/// <summary>The cone of pairs (s, r) with every s_k at least ε |r|_1.</summary>
public static class RobustCone
{
    private const int Rounds = 200;

    /// <summary>Moves a pair to the nearest one in the cone.</summary>
    /// <remarks>
    /// The nearest is s_k = max(s_k, τ) and r shrunk by θ, where τ = ε |r shrunk|_1 and the sum of what s gains is θ / ε.
    /// That sum less θ / ε falls with θ in straight pieces; Newton's method between two bounds ends on the right piece.
    /// </remarks>
    /// <param name="s">Overwritten; any number of numbers.</param>
    /// <param name="r">Overwritten; any number of numbers.</param>
    /// <param name="epsilon">ε, above 0.</param>
    public static void Project(Span<double> s, Span<double> r, double epsilon)
    {
        double low = 0, high = 0;
        foreach (var value in r)
        {
            high = Math.Max(high, Math.Abs(value));
        }

        var (excess, _) = Excess(s, r, epsilon, 0);
        if (excess <= 0)
        {
            return;
        }

        var theta = 0.0;
        if (Excess(s, r, epsilon, high).Excess >= 0)
        {
            theta = high;
        }
        else
        {
            for (var i = 0; i < Rounds; i++)
            {
                var (value, slope) = Excess(s, r, epsilon, theta);
                if (value > 0)
                {
                    low = theta;
                }
                else
                {
                    high = theta;
                }

                var next = theta - (value / slope);
                if (!(next > low && next < high))
                {
                    next = 0.5 * (low + high);
                }

                if (Math.Abs(next - theta) <= 1e-15 * high)
                {
                    break;
                }

                theta = next;
            }
        }

        var level = 0.0;
        for (var j = 0; j < r.Length; j++)
        {
            r[j] = ReluLosses.Shrunk(r[j], theta);
            level += epsilon * Math.Abs(r[j]);
        }

        for (var k = 0; k < s.Length; k++)
        {
            s[k] = Math.Max(s[k], level);
        }
    }

    private static (double Excess, double Slope) Excess(ReadOnlySpan<double> s, ReadOnlySpan<double> r, double epsilon, double theta)
    {
        double level = 0, fall = 0, excess = -theta / epsilon, slope = -1 / epsilon;
        foreach (var value in r)
        {
            if (Math.Abs(value) > theta)
            {
                level += epsilon * (Math.Abs(value) - theta);
                fall += epsilon;
            }
        }

        foreach (var value in s)
        {
            if (value < level)
            {
                excess += level - value;
                slope -= fall;
            }
        }

        return (excess, slope);
    }
}
