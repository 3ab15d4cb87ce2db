namespace Nabla.Experiments.Tests;

public sealed class SampleTests
{
    [Theory]
    [InlineData(new[] { 3.0 }, 3.0)]
    [InlineData(new[] { 5.0, 1.0, 2.0 }, 2.0)]
    [InlineData(new[] { 8.0, 1.0, 2.0, 4.0 }, 3.0)]
    [InlineData(new[] { double.PositiveInfinity, 1.0, 2.0 }, 2.0)]
    [InlineData(new[] { double.PositiveInfinity, 1.0 }, double.PositiveInfinity)]
    public void Median_is_the_middle(double[] values, double expected) => Assert.Equal(expected, Sample.Median(values));

    [Fact]
    public void Median_of_nothing_is_refused() => Assert.Throws<ArgumentException>(() => Sample.Median([]));
}
