using MathNet.Numerics.LinearAlgebra.Double;
using Nabla.Procedures.Unlearning;

namespace Nabla.Procedures.Tests.Unlearning;

public sealed class LinearUnlearningTests
{
    [Theory]
    [InlineData(8, 30)]
    [InlineData(1, 5)]
    [InlineData(5, 5)]
    public void Any_interpolating_start_leads_to_the_interpolator_of_least_norm(int examples, int weights)
    {
        double[,] retained = Drawn.Matrix(examples, weights, 1), forgotten = Drawn.Matrix(3, weights, 2);
        var theta = Drawn.Vector(weights, 3);
        var left = LinearUnlearning.Forget(theta, retained);
        Drawn.Close(Drawn.LeastNorm(retained, theta), left);
        Drawn.Close(Drawn.Times(retained, theta), Drawn.Times(retained, left));
        if (examples < weights)
        {
            Assert.True(Drawn.Times(forgotten, theta).Zip(Drawn.Times(forgotten, left), (a, b) => Math.Abs(a - b)).Max() > 0.1);
        }
    }

    [Fact]
    public void Every_strength_keeps_the_retained_outputs_and_the_norm_falls_with_it()
    {
        var retained = Drawn.Matrix(6, 20, 4);
        var theta = Drawn.Vector(20, 5);
        var norm = double.PositiveInfinity;
        foreach (var strength in new[] { 0, 0.1, 0.5, 0.9, 1.0 })
        {
            var left = LinearUnlearning.Forget(theta, retained, strength);
            Drawn.Close(Drawn.Times(retained, theta), Drawn.Times(retained, left));
            var own = left.Sum(x => x * x);
            Assert.True(own < norm);
            norm = own;
        }

        Assert.Equal(theta, LinearUnlearning.Forget(theta, retained, 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.7)]
    [InlineData(25)]
    public void The_closed_form_solves_the_optimality_system(double penalty)
    {
        // [ (1 + penalty) I  Gt ] [ drift      ]   [ -theta ]
        // [ G                 0 ] [ multiplier ] = [ 0      ]
        const int rows = 4;
        const int weights = 12;
        var gradients = Drawn.Matrix(rows, weights, 6);
        var theta = Drawn.Vector(weights, 7);
        var system = DenseMatrix.Create(weights + rows, weights + rows, 0);
        system.SetSubMatrix(0, 0, DenseMatrix.CreateIdentity(weights) * (1 + penalty));
        system.SetSubMatrix(weights, 0, Drawn.Of(gradients));
        system.SetSubMatrix(0, weights, Drawn.Of(gradients).Transpose());
        var right = DenseVector.OfEnumerable(theta.Select(x => -x).Concat(new double[rows]));
        var drift = system.Solve(right).Take(weights);
        Drawn.Close([.. theta.Zip(drift, (a, b) => a + b)], new RowSpan(gradients).Shrink(theta, ProjectionStrength.OfPenalty(penalty)));
    }

    [Fact]
    public void Dependent_rows_count_once()
    {
        var rows = Drawn.Of(Drawn.Matrix(3, 9, 8));
        var both = rows.Stack(rows * 2).Stack(rows.Row(0).ToRowMatrix() - rows.Row(1).ToRowMatrix());
        var span = new RowSpan(both.ToArray());
        Assert.Equal(3, span.Dimension);
        var v = Drawn.Vector(9, 9);
        Drawn.Close(new RowSpan(rows.ToArray()).Project(v), span.Project(v));
        Assert.Equal(0, new RowSpan(new double[2, 4]).Dimension);
        Assert.Equal(new double[4], new RowSpan(new double[2, 4]).Project([1, 2, 3, 4]));
    }

    [Fact]
    public void Strength_and_penalty_are_one_thing_said_twice()
    {
        Assert.Equal(1, ProjectionStrength.OfPenalty(0));
        Assert.Equal(0, ProjectionStrength.PenaltyOf(1));
        Assert.Equal(9, ProjectionStrength.PenaltyOf(0.1), 12);
        Assert.Equal(0.3, ProjectionStrength.OfPenalty(ProjectionStrength.PenaltyOf(0.3)), 14);
        // The decay of the strength, said of the penalty: (penalty + 1) / decay - 1.
        Assert.Equal(0.9 * 0.1, ProjectionStrength.OfPenalty(((9 + 1) / 0.9) - 1), 14);
        Assert.Equal(0, ProjectionStrength.OfPenalty(double.PositiveInfinity));
    }

    [Theory]
    [InlineData(0.1, 0.9, 5, 0.652)]
    [InlineData(0.1, 0.9, 25, 0.385)]
    [InlineData(0.1, 0.9, 2000, 0.358)]
    [InlineData(0.5, 0.8, 2000, 0.051)]
    [InlineData(1, 0.5, 1, 0)]
    public void Weak_projections_with_decay_leave_a_rest(double strength, double decay, int projections, double left)
    {
        Assert.Equal(left, ProjectionStrength.LeftAfter(strength, decay, projections), 0.0005);
        var retained = Drawn.Matrix(5, 12, 10);
        var theta = Drawn.Vector(12, 11);
        var end = Drawn.LeastNorm(retained, theta);
        var now = theta;
        var span = new RowSpan(retained);
        var a = strength;
        for (var s = 0; s < projections; s++, a *= decay)
        {
            now = span.Shrink(now, a);
        }

        Drawn.Close([.. theta.Zip(end, (x, e) => e + (ProjectionStrength.LeftAfter(strength, decay, projections) * (x - e)))], now);
    }

    [Fact]
    public void Wrong_shapes_and_ranges_are_refused()
    {
        var span = new RowSpan(Drawn.Matrix(2, 3, 1));
        Assert.Contains("2 numbers", Assert.Throws<ArgumentException>(() => span.Project([1, 2])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => span.Shrink([1, 2, 3], 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => span.Shrink([1, 2, 3], double.NaN));
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => new RowSpan(new double[0, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("finite", Assert.Throws<ArgumentException>(() => new RowSpan(new[,] { { 1, double.NaN } })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RowSpan(new double[1, 1], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ProjectionStrength.OfPenalty(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ProjectionStrength.OfPenalty(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => ProjectionStrength.PenaltyOf(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ProjectionStrength.LeftAfter(0.5, 2, 1));
    }
}
