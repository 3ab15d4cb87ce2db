using Nabla.Engine;
using Nabla.Problems.Objectives;

namespace Nabla.Problems.Tests;

/// <summary>Derivatives against differences of what they are derivatives of.</summary>
public sealed class ObjectiveTests
{
    private const double H = 1e-5;

    private static readonly double[] s_rows = [1, 0.5, -0.3, 2, 0.7, -1.1, 1.4, 0.2, -0.9, 0.8, 0.1, -2];
    private static readonly double[] s_labels = [1, -1, 1, -1];
    private static readonly double[] s_point = [0.3, -0.4, 0.9];

    [Theory]
    [InlineData(LossKind.Logistic)]
    [InlineData(LossKind.Squared)]
    public void LinearModelLoss_Derivatives_AgreeWithDifferences(LossKind loss)
    {
        var problem = new LinearModelLoss(s_rows, s_labels, loss, 0.2);
        int[] samples = [1, 3, 3];
        double[] v = [0.7, -1.2, 0.4], g = new double[3], first = new double[3], second = new double[3];
        problem.Gradient(samples, s_point, g);
        problem.AlongDirection(samples, s_point, v, first, second);
        double[] Along(double a, int order)
        {
            double[] at = [.. s_point.Zip(v, (x, d) => x + (a * d))], result = new double[3], other = new double[3];
            if (order == 1)
            {
                problem.Gradient(samples, at, result);
            }
            else
            {
                problem.AlongDirection(samples, at, v, result, other);
            }

            return result;
        }

        for (var j = 0; j < 3; j++)
        {
            double[] up = [.. s_point], down = [.. s_point];
            up[j] += H;
            down[j] -= H;
            Assert.Equal((problem.Value(samples, up) - problem.Value(samples, down)) / (2 * H), g[j], 8);
            Assert.Equal((Along(H, 1)[j] - Along(-H, 1)[j]) / (2 * H), first[j], 8);
            Assert.Equal((Along(H, 2)[j] - Along(-H, 2)[j]) / (2 * H), second[j], 8);
        }
    }

    [Fact]
    public void LinearModelLoss_Scale_IsTheSecondDerivativeOfTheSquaredLoss()
    {
        var problem = new LinearModelLoss(s_rows, s_labels, LossKind.Squared, 0.2);
        double[] v = [0.7, -1.2, 0.4], scaled = new double[3], first = new double[3], second = new double[3];
        problem.Scale(v, scaled);
        problem.AlongDirection([0, 1, 2, 3], s_point, v, first, second);
        for (var j = 0; j < 3; j++)
        {
            Assert.Equal(first[j], scaled[j], 12);
        }
    }

    [Fact]
    public void LinearModelLoss_HugeOutputs_StayFinite()
    {
        var problem = new LinearModelLoss([1], [-1.0], LossKind.Logistic);
        Assert.Equal(2000, problem.Value([2000]), 9);
        Assert.Equal(0, problem.Value([-2000]), 9);
    }

    [Fact]
    public void LinearTargets_LossAndPullBack_AreTheLinearModels()
    {
        var problem = new LinearModelLoss(s_rows, s_labels, LossKind.Logistic);
        var model = new LinearTargets(s_rows, s_labels, LossKind.Logistic);
        int[] samples = [0, 2];
        double[] targets = new double[2], slopes = new double[2], pulled = new double[3], g = new double[3];
        model.Targets(samples, s_point, targets);
        Assert.Equal(problem.Value(samples, s_point), model.Loss(samples, targets, slopes), 12);
        model.PullBack(samples, s_point, slopes, pulled);
        problem.Gradient(samples, s_point, g);
        for (var j = 0; j < 3; j++)
        {
            Assert.Equal(2 * g[j], pulled[j], 12);
        }
    }

    [Fact]
    public void LeastSquares_GradientAndCurvature_AgreeWithDifferences()
    {
        var problem = new LeastSquares(s_rows, s_labels, 0.3);
        double[] g = new double[3], up = new double[3], down = new double[3];
        problem.Gradient(s_point, g);
        for (var j = 0; j < 3; j++)
        {
            double[] right = [.. s_point], left = [.. s_point];
            right[j] += H;
            left[j] -= H;
            Assert.Equal((problem.Value(right) - problem.Value(left)) / (2 * H), g[j], 8);
            problem.Gradient(right, up);
            problem.Gradient(left, down);
            for (var i = 0; i < 3; i++)
            {
                Assert.Equal((up[i] - down[i]) / (2 * H), problem.Curvature(i, j), 8);
            }
        }
    }

    [Fact]
    public void QuadraticGame_GradientsAndMixedProducts_AgreeWithDifferences()
    {
        var game = new QuadraticGame([1, -2, 0.5, 3, 0.7, -1], 2, 0.3, 0.4);
        double[] x = [0.2, -0.7], y = [1, 0.5, -0.3], gx = new double[2], gy = new double[3];
        double[] upX = new double[2], upY = new double[3], downX = new double[2], downY = new double[3];
        game.Gradients(x, y, gx, gy);
        for (var i = 0; i < 2; i++)
        {
            double[] right = [.. x], left = [.. x], unit = new double[2], column = new double[3];
            right[i] += H;
            left[i] -= H;
            unit[i] = 1;
            Assert.Equal((game.Value(right, y) - game.Value(left, y)) / (2 * H), gx[i], 8);
            game.Gradients(right, y, upX, upY);
            game.Gradients(left, y, downX, downY);
            game.MixedTransposedTimes(x, y, unit, column);
            for (var j = 0; j < 3; j++)
            {
                Assert.Equal((upY[j] - downY[j]) / (2 * H), column[j], 8);
            }
        }

        for (var j = 0; j < 3; j++)
        {
            double[] right = [.. y], left = [.. y], unit = new double[3], column = new double[2];
            right[j] += H;
            left[j] -= H;
            unit[j] = 1;
            Assert.Equal((game.Value(x, right) - game.Value(x, left)) / (2 * H), gy[j], 8);
            game.Gradients(x, right, upX, upY);
            game.Gradients(x, left, downX, downY);
            game.MixedTimes(x, y, unit, column);
            for (var i = 0; i < 2; i++)
            {
                Assert.Equal((upX[i] - downX[i]) / (2 * H), column[i], 8);
            }
        }
    }

    [Fact]
    public void KernelRegression_Kernel_IsOneAtHomeAndFallsWithDistance()
    {
        var system = new KernelRegression([0, 0, 1, 0, 3, 4], [1, 2, 3], 2, 0.1);
        var row = new double[3];
        system.Row(0, row);
        Assert.Equal(1, row[0], 12);
        Assert.Equal((1 + (Math.Sqrt(3) / 2)) * Math.Exp(-Math.Sqrt(3) / 2), row[1], 12);
        Assert.Equal((1 + (Math.Sqrt(3) * 2.5)) * Math.Exp(-Math.Sqrt(3) * 2.5), row[2], 12);
        Assert.Equal(row[0] + (2 * row[2]), system.Mean([1, 0, 2], [0, 0]), 12);
    }

    [Fact]
    public void NoisyObjective_Noise_HasTheDeviationAskedFor()
    {
        var noisy = new NoisyObjective(new LeastSquares([1], [0.0]), 0.5);
        var random = new RandomStream(Seed.From(1));
        var g = new double[1];
        double sum = 0, squares = 0;
        for (var i = 0; i < 4000; i++)
        {
            noisy.Gradient([2], random, g);
            sum += (g[0] - 2) / 4000;
            squares += (g[0] - 2) * (g[0] - 2) / 4000;
        }

        Assert.InRange(sum, -0.04, 0.04);
        Assert.InRange(Math.Sqrt(squares), 0.47, 0.53);
    }

    [Fact]
    public void NumbersThatDoNotFit_AreSaid()
    {
        var loss = Assert.Throws<ArgumentException>(() => new LinearModelLoss([1, 2, 3], [1, -1], LossKind.Squared));
        Assert.StartsWith("There are 3 numbers in rows and 2 labels. Give the same count of numbers for each label.", loss.Message);
        var squares = Assert.Throws<ArgumentException>(() => new LeastSquares([1, 2, 3], [1, -1]));
        Assert.StartsWith("There are 3 numbers in rows and 2 on the right. Give the same count of numbers for each row.", squares.Message);
    }
}
