using Nabla.Core;
using Nabla.Problems.Solving;
using Nabla.Procedures.Solvers;

namespace Nabla.Procedures.Tests.Solvers;

/// <summary>The scaling of the cubic term: what it is, that it solves problems of very unlike variables, and the paper's form without it.</summary>
public sealed class CubicNewtonTests
{
    [Theory]
    [InlineData("meyer", 1e-2)]
    [InlineData("powell-badly-scaled", 1e-8)]
    [InlineData("brown-badly-scaled", 1e-8)]
    [InlineData("osborne-one", 1e-7)]
    public void BadlyScaledProblem_IsSolvedToItsPublishedMinimum(string name, double tolerance)
    {
        var (scaled, minimum) = Run(name, tolerance, new());
        Assert.Equal(EndingKind.TargetReached, scaled.Ending.Kind);
        Assert.True(
            Math.Abs(scaled.BestPointValue() - minimum) <= 1e-6 * Math.Max(minimum, 1e-6),
            $"{name}: {scaled.BestPointValue():R} instead of {minimum:R}");
    }

    [Theory]
    [InlineData("meyer", 1e-2)]
    [InlineData("powell-badly-scaled", 1e-8)]
    public void WithoutScaling_TheSameProblemStalls(string name, double tolerance) =>
        Assert.Equal(EndingKind.Stalled, Run(name, tolerance, new() { Scaling = StepScaling.None }).Result.Ending.Kind);

    [Fact]
    public void FirstStep_WithoutScaling_IsThePapers()
    {
        var problem = SolverProblems.Find("wood");
        var curved = (ICurvedObjective)problem.Objective;
        double[] start = [.. problem.Start], gradient = new double[4], column = new double[4], matrix = new double[16];
        curved.Gradient(start, gradient);
        for (var j = 0; j < 4; j++)
        {
            var unit = new double[4];
            unit[j] = 1;
            curved.HessianTimes(start, unit, column);
            column.CopyTo(matrix, 4 * j);
        }

        // The plain optimality condition: (H + sigma |v| I) v = -g.
        const double weight = 400;
        var result = new CubicNewton(new() { Scaling = StepScaling.None, Weight = weight })
            .Minimize(problem.Objective, start, new() { Iterations = 1 });
        double[] v = [.. result.Point.Zip(start, (a, b) => a - b)];
        var length = Math.Sqrt(v.Sum(x => x * x));
        Assert.True(length > 0);
        for (var i = 0; i < 4; i++)
        {
            var left = (weight * length * v[i]) + Enumerable.Range(0, 4).Sum(j => matrix[(4 * i) + j] * v[j]);
            Assert.Equal(-gradient[i], left, 1e-6 * Math.Abs(gradient[i]));
        }
    }

    [Fact]
    public void FirstStep_WithScaling_ObeysTheScaledCondition()
    {
        // H = diag(4, 400) has D = (1, 10): (H + sigma |D v| D^2) v = -g.
        var bowl = new PlainObjective(2, x => (2 * x[0] * x[0]) + (200 * x[1] * x[1]), x => [4 * x[0], 400 * x[1]]);
        var result = new CubicNewton(new() { Weight = 3 }).Minimize(bowl, [1, 2], new() { Iterations = 1 });
        double a = result.Point[0] - 1, b = result.Point[1] - 2;
        var length = Math.Sqrt((a * a) + (100 * b * b));
        Assert.Equal(-4, (4 + (3 * length)) * a, 1e-4);
        Assert.Equal(-800, (400 + (3 * length * 100)) * b, 1e-3);
    }

    [Fact]
    public void Equilibration_MakesTheLargestEntryOfEachRowOne()
    {
        var random = new Random(7);
        for (var round = 0; round < 50; round++)
        {
            const int n = 5;
            double[] matrix = new double[n * n], units = new double[n];
            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j <= i; j++)
                {
                    matrix[(i * n) + j] = matrix[(j * n) + i] = Math.Pow(10, 4 * (i + j) / (double)n) * ((2 * random.NextDouble()) - 1);
                }
            }

            double[] original = [.. matrix];
            Equilibration.Apply(matrix, units);
            Assert.Equal(1, units.Min(), 1e-12);
            double[] largest = [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Max(j => Math.Abs(matrix[(i * n) + j])))];
            Assert.True(largest.Max() <= 1.05 * largest.Min(), string.Join(' ', largest));
            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j < n; j++)
                {
                    Assert.Equal(original[(i * n) + j], matrix[(i * n) + j] * units[i] * units[j], 1e-12 * Math.Abs(original[(i * n) + j]));
                }
            }
        }
    }

    [Fact]
    public void Equilibration_OfRowsWithoutADiagonalOrWithoutAnything_IsFinite()
    {
        double[] coupled = [0, 1, 1, 1e4], units = new double[2];
        Equilibration.Apply(coupled, units);
        Assert.Equal(1, units[0], 1e-12);
        Assert.Equal(1e4, units[1], 200.0);
        double[] empty = [0, 0, 0, 0, 4, 0, 0, 0, 100], three = new double[3];
        Equilibration.Apply(empty, three);
        Assert.Equal([5, 1, 5], three.Select(u => Math.Round(u, 12)));
        double[] zeros = new double[4], two = new double[2];
        Equilibration.Apply(zeros, two);
        Assert.Equal([1, 1], two);
        Assert.All(zeros, number => Assert.Equal(0, number));
    }

    private static (ProcedureResult Result, double Minimum) Run(string name, double tolerance, CubicNewtonOptions options)
    {
        var problem = SolverProblems.Find(name);
        var result = new CubicNewton(options).Minimize(problem.Objective, [.. problem.Start], new() { Iterations = 2000, Tolerance = tolerance });
        return (result, problem.Minima[0]);
    }
}
