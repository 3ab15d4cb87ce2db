using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Optimizers.Tests.FirstOrder;

public sealed class MvnGradTests
{
    private static readonly Dictionary<string, string> s_bare =
        new() { ["epsilon"] = "0", ["varianceFloor"] = "0", ["learningRate"] = "0.01" };

    [Theory]
    [InlineData(1e-6)]
    [InlineData(-3.0)]
    [InlineData(1e5)]
    public void FirstStep_AnyGradient_IsRateOverBeta1(double gradient) =>
        Assert.Equal(0.01 / 0.9, Math.Abs(Run(s_bare, [gradient])[0]), 1e-12);

    [Fact]
    public void Gradients_Scaled_KeepStepsAndFlipWithTheSign()
    {
        double[] gradients = [0.3, -1.2, 0.8, 2.1, -0.4, 0.9];
        var plain = Run(s_bare, gradients);
        var scaled = Run(s_bare, [.. gradients.Select(g => 37 * g)]);
        var flipped = Run(s_bare, [.. gradients.Select(g => -5 * g)]);
        for (var i = 0; i < plain.Length; i++)
        {
            Assert.Equal(plain[i], scaled[i], 1e-12);
            Assert.Equal(plain[i], -flipped[i], 1e-12);
        }
    }

    [Fact]
    public void ConstantGradient_Normalized_GrowsAsDerived()
    {
        // z is read back from the parameter: theta moves by u / c1, and u is the moving average of z.
        var x = Run(new() { ["learningRate"] = "1", ["varianceFloor"] = "0" }, [.. Enumerable.Repeat(1.0, 100)]);
        var expected = new Dictionary<int, double> { [1] = 1.111, [2] = 1.168, [5] = 1.342, [10] = 1.635, [50] = 3.460, [100] = 4.955 };
        var (u, before) = (0.0, 0.0);
        for (var t = 1; t <= 100; t++)
        {
            var next = (before - x[t - 1]) * (1 - Math.Pow(0.9, t));
            var z = (next - (0.9 * u)) / 0.1;
            if (expected.TryGetValue(t, out var wanted))
            {
                Assert.Equal(wanted, z, 1e-3);
            }

            (u, before) = (next, x[t - 1]);
        }
    }

    [Fact]
    public void Spike_OfAnySize_IsAnsweredByTheDerivedBound()
    {
        const int Steps = 501;
        var noise = new Nabla.Engine.RandomStream(Nabla.Engine.Seed.From(1));
        var quiet = Enumerable.Range(0, Steps).Select(_ => 0.5 * noise.NextGaussian()).ToArray();
        double Answer(double spike)
        {
            double[] gradients = [.. quiet[..^1], spike];
            double[] none = [.. quiet[..^1], 0];
            var settings = new Dictionary<string, string> { ["learningRate"] = "1" };
            return Math.Abs(Run(settings, gradients)[^1] - Run(settings, none)[^1]);
        }

        Assert.Equal(2.206, Answer(1e6), 2e-3);
        Assert.Equal(2.206, Answer(1e9), 2e-3);
    }

    [Fact]
    public void Beta1_Zero_IsRefusedWithASentence()
    {
        var error = Assert.Throws<OptionException>(() => new MvnGradOptions { Beta1 = 0 }.ThrowIfInvalid());
        Assert.Equal("Beta1 was 0; it must lie in (0, 1). Set MvnGradOptions.Beta1, usually 0.9 to 0.95.", error.Message);
    }

    private static double[] Run(Dictionary<string, string> settings, double[] gradients) =>
    [
        .. TraceRunner.Run(new TraceRequest
        {
            Optimizer = "mvn-grad",
            Settings = settings,
            Parameters = [new("x", [1], [0])],
            Gradients = [.. gradients.Select(g => new Dictionary<string, double[]> { ["x"] = [g] })],
        }).Parameters.Select(p => p["x"][0]),
    ];
}
