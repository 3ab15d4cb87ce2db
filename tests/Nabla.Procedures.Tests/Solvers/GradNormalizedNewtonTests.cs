using System.Text.Json;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Objectives;
using Nabla.Problems.Solving;
using Nabla.Procedures.Solvers;
using Nabla.Testing;

namespace Nabla.Procedures.Tests.Solvers;

/// <summary>Newton's method regularized by the gradient's norm, and the matrices that stand for second derivatives.</summary>
public sealed class GradNormalizedNewtonTests
{
    [Theory]
    [InlineData("exact")]
    [InlineData("gauss-newton")]
    [InlineData("fisher")]
    [InlineData("fixed")]
    public void Path_IsThatOfTheNumpyLoop(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(GoldenVector.Folder, "grad-normalized-newton", name + ".json")));
        var golden = document.RootElement;
        var settings = golden.GetProperty("settings").EnumerateObject().ToDictionary(
            p => p.Name, p => p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString()! : p.Value.GetRawText());
        var solver = ((SolverOptions)Catalogue.Find("grad-normalized-newton").CreateOptions(settings)).Create();
        double[][] expected = [.. golden.GetProperty("expected").EnumerateArray().Select(Numbers)];
        var loss = new LinearModelLoss(
            Numbers(golden.GetProperty("rows")), Numbers(golden.GetProperty("labels")), LossKind.Logistic, golden.GetProperty("ridge").GetDouble());
        List<double[]> seen = [];
        void Watch(in ProcedureStep step)
        {
            seen.Add(step.Point.ToArray());
        }

        solver.Minimize(loss, Numbers(golden.GetProperty("start")), new() { Iterations = expected.Length }, Watch);
        Assert.Equal(expected.Length + 1, seen.Count);
        for (var t = 0; t < expected.Length; t++)
        {
            Assert.All(expected[t].Zip(seen[t + 1]), p => Assert.Equal(p.First, p.Second, 1e-9 * Math.Max(1, Math.Abs(p.First))));
        }
    }

    [Theory]
    [InlineData(CurvatureModel.Exact)]
    [InlineData(CurvatureModel.Fisher)]
    public void Step_IsNeverLongerThanTheRadius(CurvatureModel curvature)
    {
        var problem = SolverProblems.Find("logistic-regression");
        double[]? before = null;
        var longest = 0.0;
        void Watch(in ProcedureStep step)
        {
            double[] here = step.Point.ToArray();
            longest = before is null ? 0 : Math.Max(longest, Math.Sqrt(here.Zip(before, (a, b) => (a - b) * (a - b)).Sum()));
            before = here;
        }

        new GradNormalizedNewton(new() { Curvature = curvature, Radius = 0.7, Adaptive = false }).Minimize(
            problem.Objective, [.. problem.Start], new() { Iterations = 40 }, Watch);
        Assert.InRange(longest, 0.3, 0.7 * (1 + 1e-12));
    }

    [Theory]
    [InlineData("logistic-regression", CurvatureModel.Exact, 80)]
    [InlineData("softmax-regression", CurvatureModel.GaussNewton, 60)]
    [InlineData("softmax-regression", CurvatureModel.Fisher, 700)]
    [InlineData("log-sum-exp", CurvatureModel.GaussNewton, 500)]
    [InlineData("rosenbrock", CurvatureModel.GaussNewton, 300)]
    [InlineData("wood", CurvatureModel.Exact, 600)]
    public void DistantStarts_AreLeftInFewSteps(string name, CurvatureModel curvature, int most)
    {
        var problem = SolverProblems.Find(name);
        var result = new GradNormalizedNewton(new() { Curvature = curvature }).Minimize(
            problem.Objective, [.. problem.Start], new() { Iterations = most, Tolerance = 1e-6 });
        Assert.True(
            result.Ending.Kind is EndingKind.TargetReached || problem.Minima.Any(m => Math.Abs(result.Value - m) <= 1e-5 * Math.Max(1, m)),
            $"{result.Ending.Kind} after {result.Iterations} with {result.Value:G8}, gradient {result.Norm:G3}");
    }

    [Fact]
    public void MatrixThatIsNotGiven_IsRefused()
    {
        var problem = SolverProblems.Find("robust-regression");
        var error = Assert.Throws<OptionException>(() => new GradNormalizedNewton(new() { Curvature = CurvatureModel.Fisher }).Minimize(
            problem.Objective, [.. problem.Start], new()));
        Assert.Equal(
            "Curvature was Fisher, and the function gives no such matrix. Implement IModelledCurvature, or set GradNormalizedNewtonOptions.Curvature to Exact.",
            error.Message);
    }

    [Fact]
    public void FisherMatrix_IsTheMeanOfOuterProductsOfGradients()
    {
        var random = new RandomStream(new Seed(5));
        double[] Normal(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextGaussian())];
        double[] rows = Normal(40), labels = [.. Normal(10).Select(v => v > 0 ? 1.0 : -1.0)], point = Normal(4), vector = Normal(4);
        var loss = new LinearModelLoss(rows, labels, LossKind.Logistic);
        double[] product = new double[4], gradient = new double[4], expected = new double[4];
        loss.ModelTimes(CurvatureModel.Fisher, point, vector, product);
        for (var k = 0; k < 10; k++)
        {
            loss.Gradient([k], point, gradient);
            var along = gradient.Zip(vector, (a, b) => a * b).Sum() / 10;
            for (var i = 0; i < 4; i++)
            {
                expected[i] += along * gradient[i];
            }
        }

        Assert.All(expected.Zip(product), p => Assert.Equal(p.First, p.Second, 1e-14));
    }

    private static double[] Numbers(JsonElement values) => [.. values.EnumerateArray().Select(v => v.GetDouble())];
}
