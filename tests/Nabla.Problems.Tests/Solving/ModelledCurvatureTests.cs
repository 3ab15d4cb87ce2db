using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Solving;

namespace Nabla.Problems.Tests.Solving;

/// <summary>The matrices that stand for second derivatives: what they are known to be, and that they are never indefinite.</summary>
public sealed class ModelledCurvatureTests
{
    private static readonly CurvatureModel[] s_models = [CurvatureModel.GaussNewton, CurvatureModel.Fisher];

    public static TheoryData<string, CurvatureModel> Given =>
    [
        .. SolverProblems.All.SelectMany(p => s_models.Where(m => p.Objective is IModelledCurvature given && given.Models(m)).Select(m => (p.Name, m))),
    ];

    [Theory]
    [MemberData(nameof(Given))]
    public void Matrix_IsSymmetricAndNeverIndefinite(string name, CurvatureModel model)
    {
        var problem = SolverProblems.Find(name);
        var given = (IModelledCurvature)problem.Objective;
        var (point, u) = Draw(problem, 1);
        var (_, v) = Draw(problem, 2);
        double[] hu = Times(given, model, point, u), hv = Times(given, model, point, v);
        double uhu = Dot(u, hu), vhv = Dot(v, hv);
        Assert.True(uhu >= 0 && vhv >= 0);
        Assert.Equal(Dot(u, hv), Dot(v, hu), 1e-9 * Math.Sqrt(uhu * vhv));
        Assert.True(Dot(u, hv) * Dot(u, hv) <= uhu * vhv * (1 + 1e-9));
    }

    [Theory]
    [InlineData("logistic-regression")]
    [InlineData("softmax-regression")]
    [InlineData("helical-valley")]
    [InlineData("wood")]
    public void GaussNewton_IsTheSecondDerivative_WhereOutputsAreLinearOrResidualsVanish(string name)
    {
        var problem = SolverProblems.Find(name);
        var (point, v) = Draw(problem, 3);
        point = name switch { "helical-valley" => [1, 0, 0], "wood" => [1, 1, 1, 1], _ => point };
        var exact = new double[v.Length];
        problem.Objective.HessianTimes(point, v, exact);
        var product = Times((IModelledCurvature)problem.Objective, CurvatureModel.GaussNewton, point, v);
        var size = exact.Max(Math.Abs);
        Assert.All(exact.Zip(product), p => Assert.Equal(p.First, p.Second, 1e-12 * size));
    }

    [Fact]
    public void GaussNewton_OfRosenbrock_IsTwiceTheSquareOfTheDerivatives()
    {
        // Residuals 10 (y - x²) and 1 - x at x = 2: derivatives (-40, 10) and (-1, 0).
        var product = Times((IModelledCurvature)SolverProblems.Find("rosenbrock").Objective, CurvatureModel.GaussNewton, [2, -3], [0.5, 2]);
        Assert.Equal([2 * ((-40 * 0) + (-1 * -0.5)), 0], product);
    }

    [Fact]
    public void GaussNewton_OfTheSmoothMaximum_DiffersByTheSquareOfTheGradient()
    {
        var problem = SolverProblems.Find("log-sum-exp");
        var (point, v) = Draw(problem, 4);
        double[] exact = new double[v.Length], gradient = new double[v.Length];
        problem.Objective.HessianTimes(point, v, exact);
        problem.Objective.Gradient(point, gradient);
        var product = Times((IModelledCurvature)problem.Objective, CurvatureModel.GaussNewton, point, v);
        for (var i = 0; i < v.Length; i++)
        {
            Assert.Equal(exact[i] + (gradient[i] * Dot(gradient, v) / 0.1), product[i], 1e-11 * product.Max(Math.Abs));
        }
    }

    [Theory]
    [InlineData("logistic-regression", 1e-4)]
    [InlineData("softmax-regression", 1e-3)]
    public void Fisher_IsNoLessThanTheSquareOfTheMeanGradient_AndTheSecondDerivativeWhereChancesAreTrue(string name, double ridge)
    {
        var problem = SolverProblems.Find(name);
        var given = (IModelledCurvature)problem.Objective;
        var (point, v) = Draw(problem, 5);
        var gradient = new double[v.Length];
        problem.Objective.Gradient(point, gradient);

        // The mean of squares is at least the square of the mean; the ridge stands aside in both.
        var square = Dot(v, Times(given, CurvatureModel.Fisher, point, v)) - (ridge * Dot(v, v));
        var mean = Dot(gradient, v) - (ridge * Dot(point, v));
        Assert.True(square >= mean * mean);

        // At 0 all chances are 1/classes, so that the row's weight is known: for two classes 1/4 as in the second derivative.
        if (name == "logistic-regression")
        {
            double[] zero = new double[v.Length], exact = new double[v.Length];
            problem.Objective.HessianTimes(zero, v, exact);
            Assert.All(exact.Zip(Times(given, CurvatureModel.Fisher, zero, v)), p => Assert.Equal(p.First, p.Second, 1e-13));
        }
    }

    [Fact]
    public void OtherMatrices_AreRefused()
    {
        var squares = (IModelledCurvature)SolverProblems.Find("rosenbrock").Objective;
        Assert.Equal(
            "A sum of squares gives no Fisher matrix here. Ask for GaussNewton.",
            Assert.Throws<NotSupportedException>(() => squares.ModelTimes(CurvatureModel.Fisher, [1, 2], [1, 2], new double[2])).Message);
        var loss = (IModelledCurvature)SolverProblems.Find("log-sum-exp").Objective;
        Assert.Equal(
            "LogSumExp gives no Fisher matrix.",
            Assert.Throws<NotSupportedException>(() => loss.ModelTimes(CurvatureModel.Fisher, new double[20], new double[20], new double[20])).Message);
    }

    private static (double[] Point, double[] Direction) Draw(SolverProblem problem, int number)
    {
        var random = new RandomStream(new Seed(31).Derive(number));
        return ([.. problem.Start.Select(x => x + (0.01 * random.NextGaussian()))], [.. problem.Start.Select(_ => random.NextGaussian())]);
    }

    private static double[] Times(IModelledCurvature given, CurvatureModel model, double[] point, double[] vector)
    {
        var product = new double[vector.Length];
        given.ModelTimes(model, point, vector, product);
        return product;
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
