using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Solving;

namespace Nabla.Problems.Tests.Solving;

/// <summary>Problems with constraints: derivatives by differences.</summary>
public sealed class ConstrainedProblemTests
{
    public static TheoryData<string> Names => [.. ConstrainedProblems.All.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Derivatives_AgreeWithDifferences(string name)
    {
        var problem = ConstrainedProblems.Find(name);
        var f = problem.Objective;
        var random = new RandomStream(new Seed(8));
        double[] x = [.. problem.Start.Select(v => v + (0.2 * random.NextGaussian()))], v = [.. x.Select(_ => random.NextGaussian())];
        double[] weights = [.. Enumerable.Range(0, f.Constraints).Select(_ => random.NextGaussian())];
        double[] At(double t) => [.. x.Zip(v, (a, b) => a + (t * b))];
        const double H = 1e-5;
        double[] gradient = new double[x.Length], product = new double[x.Length], jacobian = new double[f.Constraints * x.Length];
        f.Gradient(x, gradient);
        Assert.Equal((f.Value(At(H)) - f.Value(At(-H))) / (2 * H), Dot(gradient, v), 1e-6 * Math.Max(1, Math.Abs(Dot(gradient, v))));
        f.Jacobian(x, jacobian);
        double[] ahead = new double[f.Constraints], back = new double[f.Constraints];
        f.Constrain(At(H), ahead);
        f.Constrain(At(-H), back);
        for (var k = 0; k < f.Constraints; k++)
        {
            var along = Dot(jacobian.AsSpan(k * x.Length, x.Length).ToArray(), v);
            Assert.Equal((ahead[k] - back[k]) / (2 * H), along, 1e-6 * Math.Max(1, Math.Abs(along)));
        }

        f.ConstraintCurvatureTimes(x, weights, v, product);
        double[] Weighted(double t)
        {
            f.Jacobian(At(t), jacobian);
            return [.. Enumerable.Range(0, x.Length).Select(i => Enumerable.Range(0, f.Constraints).Sum(k => weights[k] * jacobian[(k * x.Length) + i]))];
        }

        Assert.All(Weighted(H).Zip(Weighted(-H), (a, b) => (a - b) / (2 * H)).Zip(product), p => Assert.Equal(p.First, p.Second, 1e-5 * Math.Max(1, Math.Abs(p.First))));
        f.HessianTimes(x, v, product);
        double[] up = new double[x.Length], down = new double[x.Length];
        f.Gradient(At(H), up);
        f.Gradient(At(-H), down);
        Assert.All(up.Zip(down, (a, b) => (a - b) / (2 * H)).Zip(product), p => Assert.Equal(p.First, p.Second, 1e-5 * Math.Max(1, Math.Abs(p.First))));
    }

    [Fact]
    public void UnknownName_IsSaid() => Assert.StartsWith(
        "There is no problem 'hs1' with constraints. There are hs6, hs7,", Assert.Throws<DataException>(() => ConstrainedProblems.Find("hs1")).Message, StringComparison.Ordinal);

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
