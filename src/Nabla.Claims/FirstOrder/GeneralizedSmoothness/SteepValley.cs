using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Claims.FirstOrder.GeneralizedSmoothness;

/// <summary>
/// Stationarity against the number of steps on a function that is smooth only in the generalized sense, with noise that
/// grows with the gradient.
/// </summary>
/// <remarks>
/// The function is the sum of cosh(x): its curvature cosh(x) is at most 1 + |sinh(x)|, the gradient's size, and has no bound.
/// The noise has variance 1 + gradient² / 4 in each coordinate. For T steps the step size and 1 - β2 are of order
/// T^(-1/2): the paper's abstract asks for proper hyperparameters, and this order, chosen here, makes the noise that a step
/// carries fall as T^(-1/2) too. Then the mean gradient over the steps may fall no slower than T^(-1/4), which is the
/// rate ε^-4 turned around. It is measured from two starts: from far away, where the way through the steep part decides,
/// and from nearby, where the noise does.
/// </remarks>
internal static class SteepValley
{
    private const int Groups = 16;
    private const int GroupSize = 8;

    /// <summary>Runs a method for several numbers of steps and says whether its mean gradient falls fast enough.</summary>
    /// <param name="method">The method for a step size and β2.</param>
    /// <param name="context">How the claim is run.</param>
    public static ClaimOutcome Examine(Func<double, double, MethodOptions> method, ClaimContext context)
    {
        int[] lengths = context.Full ? [256, 1024, 4096, 16384, 65536] : [256, 1024, 4096, 16384];
        var figures = new List<(string, double)> { ("claimed_slope", -0.25) };
        var lines = new Dictionary<string, IReadOnlyList<(double X, double Y)>>(StringComparer.Ordinal);
        var holds = true;
        foreach (var (name, start) in new[] { ("far", 6.0), ("near", 1.0) })
        {
            var points = new List<(double Steps, double Mean, double Error)>();
            foreach (var steps in lengths)
            {
                var (mean, error) = Run(method, start, steps, context);
                figures.Add(($"{name}_mean_gradient_after_{steps}", mean));
                points.Add((steps, mean, error));
                if (!double.IsFinite(mean))
                {
                    return ClaimOutcome.Of(false, [.. figures]);
                }
            }

            var (slope, deviation) = Slope(points);
            figures.AddRange([($"{name}_slope", slope), ($"{name}_margin", 4 * deviation)]);
            holds &= slope <= -0.25 + (4 * deviation);
            lines.Add(name, [.. points.Select(p => (p.Steps, p.Mean))]);
        }

        return ClaimOutcome.Of(holds, [.. figures]) with
        {
            Plots = [new("Mean gradient over all steps", "steps", "gradient norm", lines) { LogX = true, LogY = true }],
        };
    }

    /// <summary>The line of least squares through the logarithms, and the error its slope has from the points' errors.</summary>
    private static (double Slope, double Error) Slope(List<(double Steps, double Mean, double Error)> points)
    {
        var middle = points.Average(p => Math.Log(p.Steps));
        var spread = points.Sum(p => Math.Pow(Math.Log(p.Steps) - middle, 2));
        return (
            points.Sum(p => (Math.Log(p.Steps) - middle) * Math.Log(p.Mean)) / spread,
            Math.Sqrt(points.Sum(p => Math.Pow((Math.Log(p.Steps) - middle) * p.Error / p.Mean, 2))) / spread);
    }

    /// <summary>The mean norm of the gradient over groups and steps, and its standard error between the groups.</summary>
    private static (double Mean, double Error) Run(
        Func<double, double, MethodOptions> method, double from, int steps, ClaimContext context)
    {
        const int count = Groups * GroupSize;
        var order = 1 / Math.Sqrt(steps);
        var start = new double[count];
        start.AsSpan().Fill(from);
        using var numbers = new MovedNumbers(method(order, 1 - order), start);
        var random = new RandomStream(context.Seed.Derive($"noise {from} {steps}"));
        double[] gradient = new double[count], sums = new double[Groups];
        for (var t = 0; t < steps; t++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            for (var group = 0; group < Groups; group++)
            {
                var squares = 0.0;
                for (var i = group * GroupSize; i < (group + 1) * GroupSize; i++)
                {
                    var slope = Math.Sinh(numbers.Values[i]);
                    squares += slope * slope;
                    gradient[i] = slope + (Math.Sqrt(1 + (slope * slope / 4)) * random.NextGaussian());
                }

                if (!double.IsFinite(squares))
                {
                    return (double.PositiveInfinity, 0);
                }

                sums[group] += Math.Sqrt(squares) / steps;
            }

            numbers.Step(gradient);
        }

        var mean = sums.Average();
        return (mean, Math.Sqrt(sums.Sum(s => (s - mean) * (s - mean)) / (Groups - 1) / Groups));
    }
}
