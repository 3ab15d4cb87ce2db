using Nabla.Core;
using Nabla.Problems.Solving;
using Nabla.Procedures.Solvers;

namespace Nabla.Procedures.Tests.Solvers;

/// <summary>The restarts of accelerated gradients: where they happen, the linear rate they give, and that they are safe without convexity.</summary>
public sealed class AcceleratedTests
{
    /// <summary>The rounds after which momentum would begin anew at best are e √(8 κ); each makes the gap e² times smaller.</summary>
    private static double BestFixedRestart(double condition, double accuracy) => Math.E * Math.Sqrt(8 * condition) * Math.Log(1 / accuracy) / 2;

    [Theory]
    [InlineData(MomentumRestart.Value, 1e3)]
    [InlineData(MomentumRestart.Value, 1e5)]
    [InlineData(MomentumRestart.Gradient, 1e3)]
    [InlineData(MomentumRestart.Gradient, 1e5)]
    public void Restart_GivesTheLinearRateThatKnowingTheStrongConvexityWould(MomentumRestart restart, double condition)
    {
        const double accuracy = 1e-10;
        var restarted = Iterations(new() { Smoothness = 1, Restart = restart }, condition, accuracy);
        Assert.InRange(restarted, 1, BestFixedRestart(condition, accuracy));

        // Without a restart the momentum grows past what the condition asks for, and the value swings.
        var plain = Iterations(new() { Smoothness = 1, Restart = MomentumRestart.None }, condition, accuracy);
        Assert.True(plain > 1.5 * restarted, $"{plain} without restarts, {restarted} with");
    }

    [Theory]
    [InlineData(MomentumRestart.Value)]
    [InlineData(MomentumRestart.Gradient)]
    public void Iterations_GrowByTheRootOfTheCondition(MomentumRestart restart)
    {
        // Gradient descent's grow by the condition itself: a slope of 1.
        var options = new AcceleratedOptions { Smoothness = 1, Restart = restart };
        var slope = Math.Log10(Iterations(options, 1e5, 1e-10) / (double)Iterations(options, 1e3, 1e-10)) / 2;
        Assert.InRange(slope, 0.35, 0.6);
    }

    [Theory]
    [InlineData(MomentumRestart.None)]
    [InlineData(MomentumRestart.Value)]
    [InlineData(MomentumRestart.Gradient)]
    public void Points_AreThoseOfAPlainLoop(MomentumRestart restart)
    {
        double[] bends = [1, 0.1, 0.003], start = [1, -2, 3];
        var points = new List<double[]>();
        void Watch(in ProcedureStep step) => points.Add(step.Point.ToArray());
        _ = new Accelerated(new() { Smoothness = 1.25, Restart = restart }).Minimize(Bowl(bends), start, new() { Iterations = 120 }, Watch);

        double[] x = [.. start], before = [.. start], y = [.. start];
        var (k, squares, first) = (0, 0.0, Value(bends, start));
        for (var t = 0; t < 119; t++)
        {
            double[] gradient = [.. y.Select((v, i) => bends[i] * v)];
            double[] next = [.. y.Select((v, i) => v - (gradient[i] / 1.25))];
            k++;
            squares += next.Zip(x, (a, b) => (a - b) * (a - b)).Sum();
            var rises = Value(bends, next) > Value(bends, x);
            var begins = Value(bends, next) > first - (1.25 * squares / (2 * (k + 1)))
                || (restart == MomentumRestart.Value && rises)
                || (restart == MomentumRestart.Gradient && gradient.Select((g, i) => g * (next[i] - x[i])).Sum() > 0);
            before = x;
            x = begins && rises ? x : next;
            if (begins)
            {
                (k, squares, first, before) = (0, 0, Value(bends, x), x);
            }

            y = [.. x.Select((v, i) => v + (k / (k + 1.0) * (v - before[i])))];
            Assert.All(y.Zip(points[t + 1]), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        }
    }

    [Theory]
    [InlineData(MomentumRestart.None, true)]
    [InlineData(MomentumRestart.Gradient, false)]
    [InlineData(MomentumRestart.Gradient, true)]
    [InlineData(MomentumRestart.Value, true)]
    public void FunctionThatIsNotConvex_IsBroughtToAStationaryPoint(MomentumRestart restart, bool curvature)
    {
        foreach (var name in new[] { "rosenbrock", "wood", "beale", "robust-regression", "penalized-logistic", "matrix-sensing", "chained-rosenbrock" })
        {
            var problem = SolverProblems.Find(name);
            var result = new Accelerated(new() { Restart = restart, CurvatureRestart = curvature })
                .Minimize(problem.Objective, [.. problem.Start], new() { Iterations = 20_000, Tolerance = 1e-5 });
            Assert.True(result.Ending.Kind == EndingKind.TargetReached, $"{name}: {result.Ending.Advice}");
        }
    }

    [Fact]
    public void CurvatureRestart_AsksForTwoGradientsAnIteration()
    {
        var problem = SolverProblems.Find("wood");
        ProcedureResult Run(bool curvature) => new Accelerated(new() { CurvatureRestart = curvature, Smoothness = 5e4 })
            .Minimize(problem.Objective, [.. problem.Start], new() { Iterations = 200 });
        Assert.Equal(201, Run(false).Counts.Gradients);
        Assert.InRange(Run(true).Counts.Gradients, 380, 401);
    }

    [Fact]
    public void Estimate_IsAtMostTheTrueConstantAndZeroOnQuadratics()
    {
        // cos has second derivative -cos, whose Lipschitz constant is 1.
        var random = new Random(3);
        var most = 0.0;
        for (var round = 0; round < 500; round++)
        {
            double before = 6 * random.NextDouble(), here = before + (0.3 * random.NextDouble()) + 0.01, theta = (round % 9 + 1) / (round % 9 + 2.0);
            var ahead = here + (theta * (here - before));
            var change = new CurvatureChange(1);
            change.Learn(
                theta,
                new([before], Math.Cos(before), [-Math.Sin(before)]),
                new([here], Math.Cos(here), [-Math.Sin(here)]),
                new([ahead], Math.Cos(ahead), [-Math.Sin(ahead)]));
            Assert.InRange(change.Value, 0, 1 + 1e-6);
            most = Math.Max(most, change.Value);
            var flat = new CurvatureChange(1);
            flat.Learn(theta, new([before], before * before, [2 * before]), new([here], here * here, [2 * here]), new([ahead], ahead * ahead, [2 * ahead]));
            Assert.InRange(flat.Value, 0, 1e-8);
        }

        Assert.True(most > 0.7, $"The largest estimate was {most}.");
    }

    [Fact]
    public void TooFar_IsTheFifthPowerOfTheRounds()
    {
        var change = new CurvatureChange(1);
        change.Learn(0.5, new([0], 0, [0]), new([1], 0, [0]), new([1.5], 0, [2]));
        var m = change.Value;
        Assert.Equal(4, m, 1e-12);
        Assert.False(change.IsTooFar(1, 4, m * 8.001 * Math.Sqrt(2)));
        Assert.True(change.IsTooFar(1, 4, m * 7.999 * Math.Sqrt(2)));
        change.Reset();
        Assert.Equal(0, change.Value);
    }

    private static int Iterations(AcceleratedOptions options, double condition, double accuracy)
    {
        const int n = 30;
        double[] bends = [.. Enumerable.Range(0, n).Select(i => Math.Pow(condition, -i / (n - 1.0)))];
        double[] start = [.. Enumerable.Repeat(1.0, n)];
        var limit = accuracy * Value(bends, start);
        var reached = 0;
        void Watch(in ProcedureStep step)
        {
            if (reached == 0 && Value(bends, step.Point.ToArray()) <= limit)
            {
                reached = (int)step.Iteration;
            }
        }

        _ = new Accelerated(options).Minimize(Bowl(bends), start, new() { Iterations = (int)(20 * BestFixedRestart(condition, accuracy)), Tolerance = 1e-9 * Math.Sqrt(accuracy) }, Watch);
        return reached == 0 ? int.MaxValue : reached;
    }

    private static PlainObjective Bowl(double[] bends) =>
        new(bends.Length, x => Value(bends, x), x => [.. x.Select((v, i) => bends[i] * v)]);

    private static double Value(double[] bends, double[] x) => x.Select((v, i) => 0.5 * bends[i] * v * v).Sum();
}
