namespace Nabla.Experiments.Tests;

public sealed class AxisTests
{
    [Theory]
    [InlineData(2.4, 5.6, false, "2.5 3.0 3.5 4.0 4.5 5.0 5.5")]
    [InlineData(0.0, 240.0, false, "0 50 100 150 200")]
    [InlineData(-0.1, 0.1, false, "-0.10 -0.05 0.00 0.05 0.10")]
    [InlineData(1000.0, 61000.0, false, "10k 20k 30k 40k 50k 60k")]
    [InlineData(0.0005, 2.0, true, "0.001 0.01 0.1 1")]
    [InlineData(3.0, 300.0, true, "5 10 20 50 100 200")]
    public void Ticks_AreRoundAndFew(double low, double high, bool logarithmic, string expected) =>
        Assert.Equal(expected, string.Join(' ', new Axis(low, high, 0, 100, logarithmic).Ticks.Select(t => t.Text)));

    [Fact]
    public void At_MapsEndsToEnds()
    {
        Axis axis = new(2, 200, 340, 14, logarithmic: true);
        Assert.Equal(340, axis.At(2), 1e-9);
        Assert.Equal(14, axis.At(200), 1e-9);
        Assert.Equal(177, axis.At(20), 1e-9);
        Axis flat = new(3, 3, 0, 100, logarithmic: false);
        Assert.Equal(50, flat.At(3), 1e-9);
    }
}
