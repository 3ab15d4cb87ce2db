using Nabla.Core;
using Nabla.Problems.Objectives;
using Nabla.Procedures.FirstOrder;

namespace Nabla.Procedures.Tests.FirstOrder;

/// <summary>The penalties and the sentences of the sparse and of the separating procedure.</summary>
public sealed class SparsePenaltyTests
{
    [Theory]
    [InlineData(SparsePenalty.Scad, 3.7)]
    [InlineData(SparsePenalty.Mcp, 3.0)]
    public void Penalty_IsContinuousAndFlatBeyondItsRange(SparsePenalty kind, double a)
    {
        const double Weight = 0.5;
        var method = new NonconvexAg(new() { Penalty = kind, PenaltyWeight = Weight, Concavity = a });
        var flat = method.Penalty(a * Weight);
        Assert.Equal(flat, method.Penalty(100), 1e-12);
        for (var x = -3.0; x < 3; x += 0.01)
        {
            Assert.InRange(Math.Abs(method.Penalty(x + 1e-7) - method.Penalty(x)), 0, Weight * 1.1e-7);
            Assert.InRange(method.Penalty(x), 0, flat + 1e-12);
        }
    }

    [Fact]
    public void Minimize_Lasso_EndsWhereNoSubgradientIsLeft()
    {
        double[] rows = [1, 0.2, -0.5, 2, 0.7, -1.1];
        var loss = new LeastSquares(rows, [1.5, -0.4, 0.3]);
        var options = new NonconvexAgOptions { Penalty = SparsePenalty.Lasso, PenaltyWeight = 0.4 };
        var result = new NonconvexAg(options).Minimize(loss, 7, [0, 0], new() { Iterations = 20_000, Tolerance = 1e-11 });
        Assert.Equal(EndingKind.TargetReached, result.Ending.Kind);
        var gradient = new double[2];
        loss.Gradient([.. result.Point], gradient);
        for (var i = 0; i < 2; i++)
        {
            var left = result.Point[i] == 0 ? Math.Max(Math.Abs(gradient[i]) - 0.4, 0) : gradient[i] + (0.4 * Math.Sign(result.Point[i]));
            Assert.Equal(0, left, 1e-9);
        }
    }

    [Fact]
    public void Separate_WrongLabelsAndSizes_SayWhatToDo()
    {
        var method = new NormalizedLrGd(new());
        Assert.Contains(
            "The label of example 1 was 2; it must be 1 or -1. Name the classes 1 and -1.",
            Assert.Throws<ArgumentException>(() => method.Separate([1, 2], [1, 2], [], new())).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "There are 3 numbers in rows and 2 labels. Give the same count of numbers for each label.",
            Assert.Throws<ArgumentException>(() => method.Separate([1, 2, 3], [1, -1], [], new())).Message,
            StringComparison.Ordinal);
    }
}
