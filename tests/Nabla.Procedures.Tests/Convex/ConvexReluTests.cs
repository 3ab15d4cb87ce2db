using System.Text.Json;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Procedures.Convex;
using Nabla.Testing;

namespace Nabla.Procedures.Tests.Convex;

public sealed class ConvexReluTests
{
    private static readonly StoppingRule Long = new() { Iterations = 100_000, Tolerance = 1e-8 };

    public static TheoryData<string, string> Cases =>
    [
        .. ((string[])["convex-relu-admm", "convex-robust-relu"]).SelectMany(m => Directory.GetFiles(Path.Combine(GoldenVector.Folder, m), "*.json")
            .Order(StringComparer.Ordinal).Select(f => (m, Path.GetFileNameWithoutExtension(f)))),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Minimum_IsThatOfTheBarrierMethod(string method, string name)
    {
        var root = JsonDocument.Parse(File.ReadAllText(Path.Combine(GoldenVector.Folder, method, name + ".json"))).RootElement;
        var settings = root.GetProperty("settings").EnumerateObject()
            .ToDictionary(p => p.Name, p => p.Value.ToString() is var v && (v is "True" or "False") ? v.ToLowerInvariant() : v);
        var rows = new LabelledRows(Numbers(root.GetProperty("rows")), root.GetProperty("columns").GetInt32(), Numbers(root.GetProperty("labels")));
        var result = Train(Catalogue.Find(method).CreateOptions(settings), rows, Seed.From(1), Long);
        var minimum = root.GetProperty("minimum").GetDouble();

        Assert.Equal(EndingKind.TargetReached, result.Run.Ending.Kind);
        Assert.True(result.Loss - minimum >= -5e-7, $"{result.Loss:R} below the minimum {minimum:R}");
        if (result.IsExact)
        {
            Assert.Equal(root.GetProperty("patterns").GetInt32(), result.Patterns);
            Assert.Equal(minimum, result.Loss, 5e-7);
        }
        else
        {
            // Hundreds of draws miss at most a narrow cell, which is worth little.
            Assert.InRange(result.Patterns, root.GetProperty("patterns").GetInt32() - 2, root.GetProperty("patterns").GetInt32());
            Assert.Equal(minimum, result.Loss, 1e-3);
        }
    }

    [Fact]
    public void EveryOption_IsSetInSomeGoldenFile()
    {
        foreach (var method in (string[])["convex-relu-admm", "convex-robust-relu"])
        {
            var text = string.Concat(Directory.GetFiles(Path.Combine(GoldenVector.Folder, method), "*.json").Select(File.ReadAllText));
            Assert.All(Catalogue.Find(method).Options, o => Assert.Contains($"\"{o.Name}\"", text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void AnyStart_LeadsToTheSameLoss()
    {
        var rows = Drawn(10, 2, 3);
        double[] losses =
        [
            .. ((double[])[0, 0.1, 1, 3]).Select((scale, i) =>
                new ConvexReluAdmm(new() { Beta = 0.05, StartScale = scale }).Train(rows, Seed.From(i), Long).Loss),
        ];
        Assert.All(losses, loss => Assert.Equal(losses[0], loss, 1e-6));
    }

    [Fact]
    public void RunsAreTheSameBits_AndWatchedFromTheStart()
    {
        var rows = Drawn(12, 3, 4);
        List<long> seen = [];
        var first = new ConvexReluAdmm(new() { Patterns = 15 }).Train(rows, Seed.From(5), new() { Iterations = 7 }, (in ProcedureStep s) => seen.Add(s.Iteration));
        var second = new ConvexReluAdmm(new() { Patterns = 15 }).Train(rows, Seed.From(5), new() { Iterations = 7 });
        Assert.Equal(Enumerable.Range(0, 8).Select(i => (long)i), seen);
        Assert.Equal(first.Run.Point, second.Run.Point);
        Assert.Equal(EndingKind.Completed, first.Run.Ending.Kind);
        Assert.Equal(15, first.Patterns);
        Assert.False(first.IsExact);
    }

    [Fact]
    public void FirstStep_SolvesThePapersSystem()
    {
        // The step by the complement against the whole system, written out: I + F'F / rho + G'G.
        var rows = Drawn(5, 2, 8);
        var patterns = ActivationPatterns.Enumerate(rows);
        int d = 2, n = 5, groups = 2 * patterns.Count;
        const double Rho = 0.3, Beta = 0.02;
        var system = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseIdentity(groups * d);
        var f = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(n, groups * d);
        var g = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(n * groups, groups * d);
        for (var i = 0; i < groups; i++)
        {
            var pattern = patterns[i % patterns.Count];
            for (var k = 0; k < n; k++)
            {
                for (var j = 0; j < d; j++)
                {
                    f[k, (i * d) + j] = (i < patterns.Count ? 1 : -1) * (pattern[k] ? rows.Row(k)[j] : 0);
                    g[(i * n) + k, (i * d) + j] = (pattern[k] ? 1 : -1) * rows.Row(k)[j];
                }
            }
        }

        var labels = MathNet.Numerics.LinearAlgebra.Vector<double>.Build.DenseOfArray(rows.Labels.ToArray());
        var u = (system + (f.TransposeThisAndMultiply(f) / Rho) + g.TransposeThisAndMultiply(g)).Solve(f.TransposeThisAndMultiply(labels) / Rho);
        var expected = Enumerable.Range(0, groups).SelectMany(i =>
        {
            var part = u.SubVector(i * d, d);
            return (part * Math.Max(0, 1 - (Beta / (Rho * part.L2Norm())))).ToArray();
        }).ToArray();

        var seen = new ConvexReluAdmm(new() { Beta = Beta, Rho = Rho }).Train(rows, Seed.From(1), new() { Iterations = 1 }).Run.Point;
        Assert.All(expected.Zip(seen), pair => Assert.Equal(pair.First, pair.Second, 1e-10));
        Assert.Contains(expected, v => v != 0);
    }

    [Theory]
    [InlineData(ReluLoss.Squared)]
    [InlineData(ReluLoss.Hinge)]
    [InlineData(ReluLoss.Logistic)]
    public void RobustLoss_IsReachedAtACornerAndNeverPassed(ReluLoss loss)
    {
        var rows = Drawn(8, 2, 11, loss != ReluLoss.Squared);
        const double Radius = 0.1;
        var result = new ConvexRobustRelu(new() { Radius = Radius, Loss = loss, Beta = 0.01, Patterns = 0, Intercept = true }).Train(rows, Seed.From(1), Long);
        var bound = result.Network.WorstLoss(rows, loss, Radius);

        // Within the radius no unit switches, so each row is worst at a corner; what is between corners is no worse.
        double corners = 0, inside = 0;
        var random = new RandomStream(Seed.From(12));
        for (var k = 0; k < rows.Count; k++)
        {
            double Lost(double a, double b) => new ReluNetworkRow(result.Network, loss, rows.Labels[k]).Of(rows.Row(k)[0] + (a * Radius), rows.Row(k)[1] + (b * Radius));
            corners += ((double[])[Lost(1, 1), Lost(1, -1), Lost(-1, 1), Lost(-1, -1)]).Max();
            inside += Enumerable.Range(0, 200).Max(_ => Lost((2 * random.NextDouble()) - 1, (2 * random.NextDouble()) - 1));
        }

        var weight = loss == ReluLoss.Squared ? 1 : 1.0 / rows.Count;
        Assert.Equal(bound, corners * weight, 1e-7);
        Assert.True(inside * weight <= bound + 1e-12);
        Assert.True(result.Network.Loss(rows, loss) < bound);
        Assert.Equal(result.Loss, result.Network.WorstLoss(rows, loss, Radius, 0.01), 1e-12);
    }

    [Fact]
    public void WorstLoss_BoundsANetworkWhoseUnitsSwitch()
    {
        var network = new ReluNetwork([[1, 0.2, -0.1], [-0.7, 1, 0.3], [0.4, -1, 0]], [1.5, -2, 0.7], true);
        var rows = Drawn(20, 2, 13);
        var random = new RandomStream(Seed.From(14));
        var bound = network.WorstLoss(rows, ReluLoss.Squared, 0.3);
        var worst = 0.0;
        for (var k = 0; k < rows.Count; k++)
        {
            worst += Enumerable.Range(0, 500).Max(_ => new ReluNetworkRow(network, ReluLoss.Squared, rows.Labels[k]).Of(
                rows.Row(k)[0] + (0.3 * ((2 * random.NextDouble()) - 1)), rows.Row(k)[1] + (0.3 * ((2 * random.NextDouble()) - 1))));
        }

        Assert.InRange(worst, network.Loss(rows, ReluLoss.Squared), bound);
    }

    [Fact]
    public void ConeProjection_IsTheNearestPoint()
    {
        var random = new RandomStream(Seed.From(21));
        for (var round = 0; round < 300; round++)
        {
            int n = 1 + random.NextInt(5), p = 1 + random.NextInt(3);
            var epsilon = 0.05 + random.NextDouble();
            double[] s0 = [.. Enumerable.Range(0, n).Select(_ => random.NextGaussian())], r0 = [.. Enumerable.Range(0, p).Select(_ => random.NextGaussian())];
            double[] s = [.. s0], r = [.. r0];
            RobustCone.Project(s, r, epsilon);

            // In the cone; the way back is orthogonal to it; and what was left lies in the polar cone, tried on drawn members.
            var level = epsilon * r.Sum(Math.Abs);
            Assert.All(s, v => Assert.True(v >= level - 1e-12));
            var product = s.Zip(s0, (a, b) => a * (b - a)).Sum() + r.Zip(r0, (a, b) => a * (b - a)).Sum();
            Assert.Equal(0, product, 1e-10);
            for (var i = 0; i < 20; i++)
            {
                double[] q = [.. Enumerable.Range(0, p).Select(_ => random.NextGaussian())];
                var floor = epsilon * q.Sum(Math.Abs);
                double[] t = [.. Enumerable.Range(0, n).Select(_ => floor + (random.NextInt(2) * random.NextDouble()))];
                Assert.True(t.Zip(s0.Zip(s, (b, a) => b - a), (x, y) => x * y).Sum() + q.Zip(r0.Zip(r, (b, a) => b - a), (x, y) => x * y).Sum() <= 1e-10);
            }
        }
    }

    [Fact]
    public void Errors_SayWhatToDo()
    {
        var rows = Drawn(5, 2, 1);
        Assert.StartsWith(
            $"The label of row 0 is {rows.Labels[0]}; the Hinge loss takes -1 and 1. Change the labels, or take the Squared loss.",
            Assert.Throws<ArgumentException>(() => new ConvexRobustRelu(new()).Train(rows, default, new())).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "The rows have no features. Give at least one column, or set Intercept.",
            Assert.Throws<ArgumentException>(() => new ConvexReluAdmm(new()).Train(new LabelledRows([], 0, [1]), default, new())).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "There are 1 hidden units and 2 output weights.",
            Assert.Throws<ArgumentException>(() => new ReluNetwork([[1]], [1, 2], false)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "The hidden units have weights of different lengths.",
            Assert.Throws<ArgumentException>(() => new ReluNetwork([[1], [1, 2]], [1, 2], false)).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "The row has 3 features; the network takes 1.",
            Assert.Throws<ArgumentException>(() => new ReluNetwork([[1, 2]], [1], true).Output([1, 2, 3])).Message,
            StringComparison.Ordinal);
        Assert.Contains("Rho", Assert.Throws<OptionException>(() => new ConvexReluAdmm(new() { Rho = 0 }).Train(rows, default, new())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HugeLabels_EndAsNonFiniteWithTheStartKept()
    {
        var rows = new LabelledRows([1, 0, 0, 1], 2, [1e300, -1e300]);
        var result = new ConvexReluAdmm(new()).Train(rows, default, new() { Iterations = 50 });
        Assert.Equal(EndingKind.NonFinite, result.Run.Ending.Kind);
        Assert.Contains("Scale features and labels", result.Run.Ending.Advice, StringComparison.Ordinal);
    }

    private static ConvexReluResult Train(MethodOptions options, LabelledRows rows, Seed seed, StoppingRule stop) => options is ConvexReluOptions plain
        ? new ConvexReluAdmm(plain).Train(rows, seed, stop)
        : new ConvexRobustRelu((ConvexRobustReluOptions)options).Train(rows, seed, stop);

    private static LabelledRows Drawn(int count, int columns, int seed, bool isSign = false)
    {
        var random = new RandomStream(Seed.From(seed));
        double[] features = [.. Enumerable.Range(0, count * columns).Select(_ => random.NextGaussian())];
        return new LabelledRows(features, columns, [.. Enumerable.Range(0, count).Select(_ => random.NextGaussian()).Select(y => isSign ? Math.Sign(y) : y)]);
    }

    private static double[] Numbers(JsonElement element) => [.. element.EnumerateArray().Select(v => v.GetDouble())];

    private readonly record struct ReluNetworkRow(ReluNetwork Network, ReluLoss Loss, double Label)
    {
        public double Of(double a, double b)
        {
            var output = Network.Output([a, b]);
            return Loss switch
            {
                ReluLoss.Squared => 0.5 * Math.Pow(output - Label, 2),
                ReluLoss.Hinge => Math.Max(0, 1 - (Label * output)),
                _ => Math.Log(1 + Math.Exp(-Label * output)),
            };
        }
    }
}
