using Nabla.Core;
using Nabla.Engine;
using Nabla.Online.Curvature;
using Nabla.Problems.Objectives;
using Nabla.Procedures.FirstOrder;

namespace Nabla.Procedures.Tests.FirstOrder;

/// <summary>Cyclic dual averaging: its guarantee, its bounds, its endings, and that both forms come to the same solution.</summary>
public sealed class ACoderTests
{
    [Theory]
    [InlineData(1, 0.0)]
    [InlineData(1, 0.3)]
    [InlineData(3, 0.0)]
    public void Gap_IsWithinTheProvedBound(int blockSize, double ridge)
    {
        var problem = Draw(LossKind.Squared, 0.05, ridge);
        var best = new GreedyBcd(new() { BlockSize = 2 }).Minimize(problem, new double[7], new() { Iterations = 20_000, Tolerance = 1e-12 });
        Assert.Equal(EndingKind.TargetReached, best.Ending.Kind);
        var (smoothness, distance, sum) = (Bound(problem, blockSize), best.Point.Sum(x => x * x), 0.0);
        List<double> gaps = [];
        void Watch(in ProcedureStep step)
        {
            gaps.Add(problem.Value(step.Point) + (0.05 * step.Point.ToArray().Sum(Math.Abs)) - best.Value);
        }

        new ACoder(new() { BlockSize = blockSize, Smoothness = smoothness }).Minimize(problem, new double[7], new() { Iterations = 200 }, observer: Watch);
        for (var k = 1; k <= 200; k++)
        {
            var ratio = 0.4 * (1 + (sum * ridge)) / smoothness;
            sum += 0.5 * (ratio + Math.Sqrt((ratio * ratio) + (4 * sum * ratio)));
            Assert.True(gaps[k] <= (distance / (2 * sum)) + 1e-12, $"pass {k}: {gaps[k]} above {distance / (2 * sum)}");
        }

        Assert.True(gaps[200] < 1e-3 * gaps[0]);
    }

    [Theory]
    [InlineData(LossKind.Squared, 0)]
    [InlineData(LossKind.Logistic, 0)]
    [InlineData(LossKind.Squared, 30)]
    [InlineData(LossKind.Logistic, 30)]
    public void Solution_IsThatOfGreedyDescent(LossKind loss, int innerSteps)
    {
        var problem = Draw(loss, 0.02, 0.1);
        var expected = new GreedyBcd(new() { BlockSize = 2 }).Minimize(problem, new double[7], new() { Iterations = 20_000, Tolerance = 1e-11 });
        var result = new ACoder(new() { InnerSteps = innerSteps }).Minimize(
            problem, new double[7], new() { Iterations = innerSteps > 0 ? 3000 : 5000, Tolerance = 1e-8 }, new Seed(4));
        Assert.Equal(EndingKind.TargetReached, result.Ending.Kind);
        Assert.All(expected.Point.Zip(result.Point), p => Assert.Equal(p.First, p.Second, 1e-6));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public void Points_StayWithinTheBounds(int innerSteps)
    {
        var (rows, labels) = Data(LossKind.Squared);
        double[] low = [.. Enumerable.Repeat(-0.2, 7)], high = [.. Enumerable.Repeat(0.3, 7)];
        var problem = new SparseLinearModel(rows, labels, LossKind.Squared, 0.01, 0, low, high);
        var touched = false;
        void Watch(in ProcedureStep step)
        {
            foreach (var x in step.Point)
            {
                Assert.InRange(x, -0.2 - 1e-12, 0.3 + 1e-12);
                touched |= x > 0.299;
            }
        }

        new ACoder(new() { InnerSteps = innerSteps }).Minimize(problem, [.. Enumerable.Repeat(9.0, 7)], new() { Iterations = 100 }, new Seed(1), Watch);
        Assert.True(touched);
    }

    [Fact]
    public void OneBlockOfAll_AndNoRidge_IsTheSamePathAsAnyOrderOfCoordinates()
    {
        // With one block every partial derivative is taken at x, so that turning the columns around changes nothing.
        var (rows, labels) = Data(LossKind.Squared);
        double[] turned = [.. Enumerable.Range(0, rows.Length).Select(i => rows[(i / 7 * 7) + 6 - (i % 7)])];
        IReadOnlyList<double> Run(double[] table, int size) => new ACoder(new() { BlockSize = size, Smoothness = 30 }).Minimize(
            new SparseLinearModel(table, labels, LossKind.Squared, 0.05), new double[7], new() { Iterations = 20 }).Point;
        Assert.All(Run(rows, 7).Zip(Run(turned, 7).Reverse()), p => Assert.Equal(p.First, p.Second, 1e-12));
        Assert.Contains(Run(rows, 1).Zip(Run(turned, 1).Reverse()), p => Math.Abs(p.First - p.Second) > 1e-6);
    }

    [Fact]
    public void Budget_Options_AndOverflow_EndAsTheyShould()
    {
        var problem = Draw(LossKind.Squared, 0.05, 0);
        var few = new ACoder(new()).Minimize(problem, new double[7], new() { Iterations = 3, Tolerance = 1e-12 });
        Assert.Equal(EndingKind.BudgetExhausted, few.Ending.Kind);
        Assert.Equal(3, few.Iterations);
        var sampled = new ACoder(new() { InnerSteps = 5 }).Minimize(problem, new double[7], new() { Iterations = 2 }, new Seed(1));
        Assert.Equal(EndingKind.Completed, sampled.Ending.Kind);
        Assert.Equal((2 * 5 * 4) + (4 * 25), sampled.Counts.Gradients);
        var wild = new ACoder(new() { Smoothness = 1e-9 }).Minimize(problem, new double[7], new() { Iterations = 20_000 });
        Assert.Equal(EndingKind.NonFinite, wild.Ending.Kind);
        Assert.Contains("Raise ACoderOptions.Smoothness", wild.Ending.Advice, StringComparison.Ordinal);
        Assert.Equal(
            "BlockSize was 8; the problem has 7 coordinates. Set ACoderOptions.BlockSize to 7 or below.",
            Assert.Throws<OptionException>(() => new ACoder(new() { BlockSize = 8 }).Minimize(problem, new double[7], new())).Message);
        Assert.StartsWith(
            "The start has 2 numbers; the problem has 7.",
            Assert.Throws<ArgumentException>(() => new ACoder(new()).Minimize(problem, [1, 2], new())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Seed_DecidesTheSamples()
    {
        var problem = Draw(LossKind.Logistic, 0.01, 0);
        IReadOnlyList<double> Run(ulong seed) => new ACoder(new() { InnerSteps = 7 }).Minimize(
            problem, new double[7], new() { Iterations = 5 }, new Seed(seed)).Point;
        Assert.Equal(Run(3), Run(3));
        Assert.NotEqual(Run(3), Run(4));
    }

    /// <summary>The paper's constant of a quadratic: √(2 (‖Σ trailing parts of h h'‖ + ‖Σ leading parts of h h'‖)), block by block.</summary>
    private static double Bound(SparseLinearModel problem, int size)
    {
        var n = problem.Dimension;
        double[] trailing = new double[n * n], leading = new double[n * n];
        for (var row = 0; row < n; row++)
        {
            int first = row / size * size, end = Math.Min(first + size, n);
            double Entry(int j) => problem.Curvature(row, j) - (row == j ? problem.SquareWeight : 0);
            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j < n; j++)
                {
                    trailing[(i * n) + j] += i >= first && j >= first ? Entry(i) * Entry(j) : 0;
                    leading[(i * n) + j] += i < end && j < end ? Entry(i) * Entry(j) : 0;
                }
            }
        }

        return Math.Sqrt(2 * (SymmetricSpectrum.Of(trailing, n).Values[^1] + SymmetricSpectrum.Of(leading, n).Values[^1]));
    }

    private static SparseLinearModel Draw(LossKind loss, double absolute, double ridge)
    {
        var (rows, labels) = Data(loss);
        return new SparseLinearModel(rows, labels, loss, absolute, ridge);
    }

    private static (double[] Rows, double[] Labels) Data(LossKind loss)
    {
        var random = new RandomStream(new Seed(12));
        double[] rows = new double[25 * 7], labels = new double[25];
        for (var i = 0; i < 25; i++)
        {
            var common = random.NextGaussian();
            for (var j = 0; j < 7; j++)
            {
                rows[(i * 7) + j] = random.NextGaussian() + (0.7 * common);
                labels[i] += rows[(i * 7) + j] * (j % 3 == 0 ? 1 - (0.2 * j) : 0);
            }

            labels[i] += 0.3 * random.NextGaussian();
            labels[i] = loss == LossKind.Squared ? labels[i] : labels[i] >= 0 ? 1 : -1;
        }

        return (rows, labels);
    }
}
