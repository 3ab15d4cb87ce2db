using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Optimizers.Tests.Properties;

/// <summary>What holds for rules whatever the gradients: symmetries of their equations, under random gradients.</summary>
public sealed class SymmetryTests
{
    private const int Elements = 5;
    private const int Steps = 7;

    // Yogi's mean of gradients begins above zero by default, a direction of its own; without it nothing is preferred.
    private static readonly Dictionary<string, string> s_yogi = new() { ["initialAccumulator"] = "0" };

    public static TheoryData<string> Rules => Explanation.FormulaTests.Rules;

    public static TheoryData<string, string> ScaleFree => new()
    {
        { "adam", "epsilon=0" }, { "adamw", "epsilon=0,weightDecay=0" }, { "amsgrad", "epsilon=0" },
        { "adamax", "epsilon=0" }, { "mvn-grad", "epsilon=0,varianceFloor=0" }, { "laprop", "epsilon=0" }, { "lion", "" },
    };

    [Theory]
    [MemberData(nameof(ScaleFree))]
    public void Gradients_ScaledByAPowerOfTwo_LeaveNormalizedStepsAsTheyAre(string name, string settings)
    {
        // Scaling by a power of two rounds nothing, so the steps must be equal to the last bit.
        var options = settings.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split('=')).ToDictionary(s => s[0], s => s[1]);
        ForAllGradients((gradients, seed) =>
        {
            var factor = Math.Pow(2, (seed % 41) - 20);
            var start = new double[Elements];
            Assert.Equal(
                Run(name, options, start, gradients),
                Run(name, options, start, [.. gradients.Select(g => g.Select(x => factor * x).ToArray())]));
        });
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Elements_Permuted_GivePermutedSteps(string name)
    {
        // Sums over elements are added in another order then, which rounds otherwise.
        var tolerance = Core.Catalogue.Find(name).Elementwise.Reductions.Count == 0 ? 0 : 1e-9;
        ForAllGradients((gradients, seed) =>
        {
            var order = Enumerable.Range(0, Elements).OrderBy(i => ((i + 1) * 7919 * (seed + 1)) % 101).ToArray();
            double[] start = [1, -2, 0.5, 3, -0.25];
            double[] Permuted(double[] values) => [.. order.Select(i => values[i])];
            var plain = Run(name, [], start, gradients);
            var permuted = Run(name, [], Permuted(start), [.. gradients.Select(Permuted)]);
            for (var step = 0; step < Steps; step++)
            {
                AssertEqual(Permuted(plain[step]), permuted[step], tolerance);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Everything_Reflected_GivesReflectedSteps(string name) => ForAllGradients((gradients, _) =>
    {
        double[] start = [1, -2, 0.5, 3, -0.25];
        double[] Negated(double[] values) => [.. values.Select(v => -v)];
        var settings = name == "yogi" ? s_yogi : [];
        var plain = Run(name, settings, start, gradients);
        var reflected = Run(name, settings, Negated(start), [.. gradients.Select(Negated)]);
        for (var step = 0; step < Steps; step++)
        {
            AssertEqual(Negated(plain[step]), reflected[step], 0);
        }
    });

    [Theory]
    [MemberData(nameof(Rules))]
    public void Maximize_IsDescentOnTheNegatedGradient(string name)
    {
        if (Core.Catalogue.Find(name).Options.All(o => o.Name != "maximize"))
        {
            return;
        }

        ForAllGradients((gradients, _) =>
        {
            double[] start = [1, -2, 0.5, 3, -0.25];
            var climbing = Run(name, new() { ["maximize"] = "true" }, start, gradients);
            var descending = Run(name, [], start, [.. gradients.Select(g => g.Select(x => -x).ToArray())]);
            for (var step = 0; step < Steps; step++)
            {
                AssertEqual(descending[step], climbing[step], 1e-13);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void ZeroGradients_FromTheStart_MoveNothingAway(string name)
    {
        // Only a pull to zero, such as weight decay, may act on a parameter without a slope, and it cannot overshoot.
        double[] start = [1, -2, 0.5, 3, 0];
        var zeros = Enumerable.Repeat(new double[Elements], Steps).ToArray();
        var settings = name == "yogi" ? s_yogi : [];
        var run = Run(name, settings, start, zeros);
        for (var i = 0; i < Elements; i++)
        {
            Assert.InRange(run[^1][i] * Math.Sign(start[i]), 0, Math.Abs(start[i]));
        }

        // With every pull switched off nothing moves at all.
        Dictionary<string, string> free = new(settings);
        foreach (var pull in new[] { "weightDecay", "lambd" })
        {
            if (Core.Catalogue.Find(name).Options.Any(o => o.Name == pull))
            {
                free[pull] = "0";
            }
        }

        Assert.All(Run(name, free, start, zeros), step => Assert.Equal(start, step));
    }

    private static void AssertEqual(double[] expected, double[] actual, double tolerance)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            // Zero and minus zero are the same number.
            Assert.True(
                expected[i] == actual[i] || Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"Element {i}: expected {expected[i]:R}, got {actual[i]:R}.");
        }
    }

    /// <summary>Checks a property over seeded random gradients, none of them zero, of sizes from 1e-3 to 1e3.</summary>
    private static void ForAllGradients(Action<double[][], int> check)
    {
        var gradients =
            from seed in Gen.Choose(0, 1_000_000)
            select (seed, values: Draw(seed));
        Check.One(
            Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(25).WithReplay(
                FSharpOption<Replay>.Some(new Replay(new Rnd(7, 11), FSharpOption<int>.None))),
            Prop.ForAll(gradients.ToArbitrary(), drawn => check(drawn.values, drawn.seed)));
    }

    private static double[][] Draw(int seed)
    {
        var stream = new RandomStream(Seed.From(seed));
        return
        [
            .. Enumerable.Range(0, Steps).Select(_ => Enumerable.Range(0, Elements)
                .Select(_ => (stream.NextDouble() < 0.5 ? -1 : 1) * Math.Exp((stream.NextDouble() - 0.5) * 2 * Math.Log(1e3))).ToArray()),
        ];
    }

    private static double[][] Run(string name, Dictionary<string, string> settings, double[] start, double[][] gradients)
    {
        return
        [
            .. TraceRunner.Run(new TraceRequest
            {
                Optimizer = name,
                Settings = settings,
                Parameters = [new("x", [Elements], start)],
                Gradients = [.. gradients.Select(g => new Dictionary<string, double[]> { ["x"] = g })],
                Losses = [.. gradients.Select(_ => 1.0)],
            }).Parameters.Select(p => p["x"]),
        ];
    }
}
