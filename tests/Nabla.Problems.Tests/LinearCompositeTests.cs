using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Objectives;

namespace Nabla.Problems.Tests;

/// <summary>Columns and slopes of linear composites against their own values, gradients and curvature.</summary>
public sealed class LinearCompositeTests
{
    public static TheoryData<string> Names => ["squares", "squared", "logistic"];

    [Theory]
    [MemberData(nameof(Names))]
    public void ColumnsTimesSlopes_WithTheRidge_AreTheGradient(string name)
    {
        var problem = Make(name);
        var random = new RandomStream(new Seed(2));
        double[] point = [.. Enumerable.Range(0, 4).Select(_ => random.NextGaussian())], gradient = new double[4];
        problem.Gradient(point, gradient);
        for (var j = 0; j < 4; j++)
        {
            var sum = problem.SquareWeight * point[j];
            for (var t = 0; t < problem.Outputs; t++)
            {
                var output = 0.0;
                for (var i = 0; i < 4; i++)
                {
                    output += problem.Column(i)[t] * point[i];
                }

                sum += problem.Column(j)[t] * problem.Slope(t, output);
            }

            Assert.Equal(gradient[j], sum, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Bend_AndCurvature_BoundChangesOfSlopes(string name)
    {
        var problem = Make(name);
        for (var t = 0; t < problem.Outputs; t++)
        {
            Assert.True(Math.Abs(problem.Slope(t, 0.01) - problem.Slope(t, -0.01)) <= 0.02 * problem.Bend * (1 + 1e-9));
        }

        // At 0 the logistic loss bends most, so that the bound is reached there: second derivatives are the curvature.
        double[] near = new double[4], at = new double[4];
        for (var j = 0; j < 4; j++)
        {
            double[] moved = new double[4], back = new double[4];
            (moved[j], back[j]) = (1e-4, -1e-4);
            problem.Gradient(moved, near);
            problem.Gradient(back, at);
            for (var i = 0; i < 4; i++)
            {
                Assert.Equal(problem.Curvature(i, j), (near[i] - at[i]) / 2e-4, 1e-6 * Math.Max(1, problem.Curvature(j, j)));
            }
        }
    }

    private static ILinearComposite Make(string name)
    {
        var random = new RandomStream(new Seed(1));
        double[] rows = [.. Enumerable.Range(0, 24).Select(_ => random.NextGaussian())];
        double[] labels = [1, -1, -1, 1, 1, -1];
        return name switch
        {
            "squares" => new LeastSquares(rows, labels, 0.3),
            "squared" => new SparseLinearModel(rows, labels, LossKind.Squared, 0.3, 0.2),
            _ => new SparseLinearModel(rows, labels, LossKind.Logistic, 0.3, 0.2),
        };
    }
}
