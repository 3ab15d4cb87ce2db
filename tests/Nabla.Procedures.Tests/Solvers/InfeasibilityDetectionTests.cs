using Nabla.Core;
using Nabla.Problems.Objectives;
using Nabla.Procedures.Solvers;

namespace Nabla.Procedures.Tests.Solvers;

/// <summary>Fixed points, displacements and verdicts against closed forms.</summary>
public sealed class InfeasibilityDetectionTests
{
    [Theory]
    [InlineData(true, 0.5)]
    [InlineData(false, 1.0)]
    public void Translation_GivesThePathOfTheClosedForm(bool accelerated, double share)
    {
        // T x = x - v: Halpern's path is x_0 - k v / 2, the plain one x_0 - k v, and both estimates are v from the first step on.
        List<double[]> seen = [];
        void Watch(in ProcedureStep step)
        {
            seen.Add(step.Point.ToArray());
        }

        var found = new InfeasibilityDetection(new() { Accelerated = accelerated, Agreement = 0 }).Detect(
            new Map(2, x => [x[0] - 3, x[1] + 4]), [5, 6], new() { Iterations = 20 }, Watch);
        for (var k = 0; k <= 20; k++)
        {
            Assert.Equal(5 - (share * k * 3), seen[k][0], 1e-11);
            Assert.Equal(6 + (share * k * 4), seen[k][1], 1e-11);
        }

        Assert.All(found.Displacement.Zip([3.0, -4.0]), p => Assert.Equal(p.Second, p.First, 1e-12));
        Assert.All(found.NormalizedDisplacement.Zip([3.0, -4.0]), p => Assert.Equal(p.Second, p.First, 1e-12));
        Assert.Equal(FixedPointVerdict.Undecided, found.Verdict);
        Assert.Equal(21, found.Result.Counts.Products);
    }

    [Fact]
    public void Rotation_IsSolvedByTheAccelerated_AndNeverByThePlain()
    {
        // A quarter turn: plainly the point runs in a circle, drawn back |x - T x| <= 2 |x_0| / (k + 1).
        var turn = new Map(2, x => [-x[1], x[0]]);
        var worst = 0.0;
        void Watch(in ProcedureStep step)
        {
            var x = step.Point;
            var moved = Math.Sqrt(((x[0] + x[1]) * (x[0] + x[1])) + ((x[1] - x[0]) * (x[1] - x[0])));
            worst = Math.Max(worst, moved * (step.Iteration + 1) / 2);
        }

        var found = new InfeasibilityDetection(new()).Detect(turn, [1, 0], new() { Iterations = 5000, Tolerance = 1e-3 }, Watch);
        Assert.Equal(FixedPointVerdict.Exists, found.Verdict);
        Assert.InRange(worst, 0.5, 1 + 1e-12);
        var plain = new InfeasibilityDetection(new() { Accelerated = false }).Detect(turn, [1, 0], new() { Iterations = 5000, Tolerance = 1e-3 });
        Assert.Equal(FixedPointVerdict.Undecided, plain.Verdict);
        Assert.Equal(EndingKind.BudgetExhausted, plain.Result.Ending.Kind);
        Assert.Equal(Math.Sqrt(2), plain.Result.Norm, 1e-12);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LinearProgram_IsFeasibleOrNot(bool accelerated)
    {
        var detection = new InfeasibilityDetection(new() { Accelerated = accelerated });
        var rule = new StoppingRule { Iterations = 100_000, Tolerance = 1e-4 };

        // x + y + z = 1 and x - y = 0.5 has nonnegative solutions.
        var feasible = detection.Detect(FeasibilitySplitting.LinearProgram(3, [1, 1, 1, 1, -1, 0], [1, 0.5]), [-3, 5, 1], rule);
        Assert.Equal(FixedPointVerdict.Exists, feasible.Verdict);

        // x + y = -1 has none: (-1/2, -1/2) is nearest to 0, which displaces by as much.
        var infeasible = detection.Detect(FeasibilitySplitting.LinearProgram(2, [1, 1], [-1.0]), [2, 1], rule);
        Assert.Equal(FixedPointVerdict.None, infeasible.Verdict);
        Assert.Equal(EndingKind.TargetReached, infeasible.Result.Ending.Kind);
        Assert.StartsWith("There is no fixed point: every point moves by about 0.7", infeasible.Result.Ending.Advice, StringComparison.Ordinal);
        Assert.All(infeasible.Displacement, d => Assert.Equal(-0.5, d, 0.02));
    }

    [Fact]
    public void Mistakes_AreSaid()
    {
        Assert.StartsWith(
            "The start has 1 numbers; the problem has 2.",
            Assert.Throws<ArgumentException>(() => new InfeasibilityDetection(new()).Detect(new Map(2, x => x), [1], new())).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "Row 1 depends on the rows before it. Leave it out.",
            Assert.Throws<ArgumentException>(() => FeasibilitySplitting.LinearProgram(2, [1, 2, 2, 4], [1, 2])).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "There are 3 numbers in rows; 2 rows of 2 need 4.",
            Assert.Throws<ArgumentException>(() => FeasibilitySplitting.LinearProgram(2, [1, 2, 2], [1, 2])).Message,
            StringComparison.Ordinal);
        var wild = new InfeasibilityDetection(new() { Accelerated = false }).Detect(
            new Map(1, x => [10 * x[0]]), [1], new() { Iterations = 1000, Tolerance = 1e-9 });
        Assert.Equal(EndingKind.NonFinite, wild.Result.Ending.Kind);
    }

    private sealed class Map(int dimension, Func<double[], double[]> image) : IFixedPointMap
    {
        public int Dimension => dimension;

        public void Apply(ReadOnlySpan<double> point, Span<double> result) => image(point.ToArray()).CopyTo(result);
    }
}
