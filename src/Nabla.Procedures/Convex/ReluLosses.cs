namespace Nabla.Procedures.Convex;

/// <summary>Losses of one output, and the steps that ADMM takes on them.</summary>
internal static class ReluLosses
{
    // Halving an interval this often leaves nothing between its ends.
    private const int Halvings = 100;

    /// <summary>The weight of a row's loss in the whole.</summary>
    public static double Weight(ReluLoss loss, int rows) => loss == ReluLoss.Squared ? 1 : 1.0 / rows;

    public static double Of(ReluLoss loss, double output, double label) => loss switch
    {
        ReluLoss.Squared => 0.5 * (output - label) * (output - label),
        ReluLoss.Hinge => Math.Max(0, 1 - (label * output)),
        _ => Softplus(-label * output),
    };

    /// <summary>
    /// Moves (t, r) to the minimum of weight ℓ_ε(t, r) + ρ/2 (|t - t0|² + |r - r0|²), where ℓ_ε is the loss of the worst output
    /// within ε |r|_1 of t.
    /// </summary>
    /// <remarks>
    /// The loss is f(m), f convex and rising, m = |t - y| + ε|r|_1 or -y t + ε|r|_1. With μ = the slope of f at m, t and r are
    /// shrunk by μ/ρ and με/ρ; m falls with μ, so the μ that fits is found by halving.
    /// </remarks>
    public static void Prox(ReluLoss loss, double weight, double rho, double epsilon, double label, ref double t, Span<double> r)
    {
        double low = 0, high = loss == ReluLoss.Squared ? weight * Margin(loss, 0, rho, epsilon, label, t, r) : weight;
        for (var i = 0; i < Halvings && high - low > 1e-16 * high; i++)
        {
            var middle = 0.5 * (low + high);
            if (weight * Slope(loss, Margin(loss, middle, rho, epsilon, label, t, r)) > middle)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        var mu = 0.5 * (low + high);
        t = Moved(loss, mu / rho, label, t);
        for (var j = 0; j < r.Length; j++)
        {
            r[j] = Shrunk(r[j], mu * epsilon / rho);
        }
    }

    public static double Shrunk(double value, double by) => Math.CopySign(Math.Max(Math.Abs(value) - by, 0), value);

    private static double Margin(ReluLoss loss, double mu, double rho, double epsilon, double label, double t, ReadOnlySpan<double> r)
    {
        var sum = 0.0;
        foreach (var value in r)
        {
            sum += Math.Max(Math.Abs(value) - (mu * epsilon / rho), 0);
        }

        var moved = Moved(loss, mu / rho, label, t);
        return (loss == ReluLoss.Squared ? Math.Abs(moved - label) : -label * moved) + (epsilon * sum);
    }

    private static double Moved(ReluLoss loss, double by, double label, double t) =>
        loss == ReluLoss.Squared ? label + Shrunk(t - label, by) : t + (by * label);

    private static double Slope(ReluLoss loss, double margin) => loss switch
    {
        ReluLoss.Squared => margin,
        ReluLoss.Hinge => margin > -1 ? 1 : 0,
        _ => 1 / (1 + Math.Exp(-margin)),
    };

    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
}
