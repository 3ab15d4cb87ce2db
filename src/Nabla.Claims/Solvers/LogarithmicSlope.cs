namespace Nabla.Claims.Solvers;

/// <summary>Measured exponents.</summary>
internal static class LogarithmicSlope
{
    /// <summary>The slope of a line through the logarithms.</summary>
    public static double Of(IReadOnlyList<(double X, double Y)> points)
    {
        double x = points.Average(p => Math.Log(p.X)), y = points.Average(p => Math.Log(p.Y));
        return points.Sum(p => (Math.Log(p.X) - x) * (Math.Log(p.Y) - y)) / points.Sum(p => (Math.Log(p.X) - x) * (Math.Log(p.X) - x));
    }
}
