using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Objectives;
using Nabla.Procedures.Solvers;

namespace Nabla.Claims.Solvers;

/// <summary>How fast both estimates near the shortest displacement, on two linear systems that no point solves together.</summary>
[Claim(
    "infeasibility-detection/rates",
    Says = "Accelerated fixed-point iterations detect infeasibility at the optimal Theta(1/k^2) rate; plain iteration's residual converges only at O(1/k).",
    Source = "arXiv:2303.15876, abstract; squared errors, on the map of Douglas and Rachford",
    Seconds = 1)]
internal sealed class InfeasibilityRates : Claim<(InfeasibilityDetectionOptions Options, double Stretch)>
{
    private const int Planes = 60;

    // Angles between the systems from 1 to 1e-4 in equal ratios: the plain residual then falls as the integral of
    // s^2 exp(-k s^2) over ln s, which is 1/(2 k). Sixty angles leave it within a few hundredths of that slope.
    private const double Decades = 4;

    // The proved bounds have a factor ln k, which takes 1/ln k off the slope: 0.19 at step 200, 0.13 at step 2000.
    private const double Margin = 0.2;

    /// <inheritdoc/>
    protected override (InfeasibilityDetectionOptions Options, double Stretch) Method => (new() { Agreement = 0 }, 1);

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, (InfeasibilityDetectionOptions Options, double Stretch)> Defects { get; } =
        new Dictionary<string, (InfeasibilityDetectionOptions Options, double Stretch)>
        {
            ["not-drawn-back"] = (new() { Agreement = 0, Accelerated = false }, 1),
            ["map-that-expands"] = (new() { Agreement = 0 }, 1.01),
        };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine((InfeasibilityDetectionOptions Options, double Stretch) subject, ClaimContext context)
    {
        var steps = context.Full ? 20_000 : 2000;
        var (residual, normalized) = Slopes(subject.Options, subject.Stretch, steps, context);
        var (plainResidual, plainNormalized) = Slopes(new() { Agreement = 0, Accelerated = false }, 1, steps, context);
        return ClaimOutcome.Of(
            residual <= -2 + Margin && normalized <= -2 + Margin && Math.Abs(plainResidual + 1) <= Margin && plainNormalized <= -2 + Margin,
            ("exponent_of_the_residual", residual),
            ("exponent_of_the_normalized_point", normalized),
            ("plain_exponent_of_the_residual", plainResidual),
            ("plain_exponent_of_the_normalized_point", plainNormalized),
            ("margin", Margin));
    }

    /// <summary>The exponents of the squared errors of both estimates over the last nine tenths of the steps, on logarithmic axes.</summary>
    private static (double Residual, double Normalized) Slopes(
        InfeasibilityDetectionOptions options, double stretch, int steps, ClaimContext context)
    {
        const int Dimension = (2 * Planes) + 1;
        double[] rows = new double[(Planes + 1) * Dimension], others = new double[(Planes + 1) * Dimension], right = new double[Planes + 1];
        var random = new RandomStream(context.Seed.Derive("start"));
        double[] start = new double[Dimension];
        for (var j = 0; j < Planes; j++)
        {
            var angle = Math.Pow(10, -Decades * j / (Planes - 1));
            others[(j * Dimension) + (2 * j) + 1] = 1;
            (rows[(j * Dimension) + (2 * j)], rows[(j * Dimension) + (2 * j) + 1]) = (-Math.Sin(angle), Math.Cos(angle));

            // The same length in each plane, in a drawn direction.
            var turn = 2 * Math.PI * random.NextDouble();
            (start[2 * j], start[(2 * j) + 1]) = (Math.Cos(turn), Math.Sin(turn));
        }

        // The last coordinate is 1 in the first system and 0 in the second: the shortest displacement.
        rows[^1] = others[^1] = 1;
        right[^1] = 1;
        var map = new Stretched(FeasibilitySplitting.TwoSystems(Dimension, rows, right, others, new double[Planes + 1]), stretch);
        List<(double X, double Y)> residual = [], normalized = [];
        var image = new double[Dimension];
        void Watch(in ProcedureStep step)
        {
            if (step.Iteration < steps / 10 || step.Iteration % (steps / 100) != 0)
            {
                return;
            }

            map.Apply(step.Point, image);
            double first = 0, second = 0;
            for (var i = 0; i < Dimension; i++)
            {
                var truth = i == Dimension - 1 ? 1 : 0;
                var mean = (start[i] - step.Point[i]) * (options.Accelerated ? 2 : 1) / step.Iteration;
                first += (step.Point[i] - image[i] - truth) * (step.Point[i] - image[i] - truth);
                second += (mean - truth) * (mean - truth);
            }

            residual.Add((Math.Log(step.Iteration), Math.Log(Math.Min(first, 1e100))));
            normalized.Add((Math.Log(step.Iteration), Math.Log(Math.Min(second, 1e100))));
        }

        new InfeasibilityDetection(options).Detect(map, start, new() { Iterations = steps, CancellationToken = context.CancellationToken }, Watch);
        return (Slope(residual), Slope(normalized));
    }

    private static double Slope(List<(double X, double Y)> points)
    {
        if (points.Count < 10)
        {
            return 0;
        }

        double x = points.Average(p => p.X), y = points.Average(p => p.Y);
        return points.Sum(p => (p.X - x) * (p.Y - y)) / points.Sum(p => (p.X - x) * (p.X - x));
    }

    /// <summary>A defect: a map whose images are stretched, so that it takes points further apart.</summary>
    private sealed class Stretched(IFixedPointMap inner, double factor) : IFixedPointMap
    {
        public int Dimension => inner.Dimension;

        public void Apply(ReadOnlySpan<double> point, Span<double> image)
        {
            inner.Apply(point, image);
            foreach (ref var one in image)
            {
                one *= factor;
            }
        }
    }
}
