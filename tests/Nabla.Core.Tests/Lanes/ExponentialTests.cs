using System.Runtime.Intrinsics;

namespace Nabla.Core.Tests.Lanes;

public sealed class ExponentialTests
{
    [Fact]
    public void Exp_OverTheRange_IsAccurateAndTheSameInEveryFloatLane()
    {
        var worst = 0.0;
        var checkedCount = 0;
        for (var x = -87.2f; x < 88.2f; x += 0.0137f, checkedCount++)
        {
            var one = FloatLane.Exp(new(x)).Value;
            worst = Math.Max(worst, Math.Abs((one / Math.Exp(x)) - 1));
            Assert.Equal(one, Vector256Lane.Exp(new(Vector256.Create(x))).Value.GetElement(5));
            Assert.Equal(one, Vector512Lane.Exp(new(Vector512.Create(x))).Value.GetElement(11));
        }

        Assert.True(checkedCount > 10_000);
        Assert.InRange(worst, 0, 2 * 1.1920929e-7);
    }

    [Theory]
    [InlineData(float.NegativeInfinity, 0)]
    [InlineData(-1000, 0)]
    [InlineData(1000, float.MaxValue)]
    [InlineData(float.PositiveInfinity, float.MaxValue)]
    public void Exp_BeyondTheRange_StaysNormal(float x, float limit)
    {
        var value = FloatLane.Exp(new(x)).Value;
        Assert.True(float.IsNormal(value));
        Assert.InRange(Math.Abs(value - limit) / float.MaxValue, 0, limit == 0 ? 1e-70 : 0.5);
        Assert.Equal(value, Vector256Lane.Exp(new(Vector256.Create(x))).Value.GetElement(0));
    }

    [Fact]
    public void Exp_OfNoNumber_IsNone()
    {
        Assert.True(float.IsNaN(FloatLane.Exp(new(float.NaN)).Value));
        Assert.True(float.IsNaN(Vector256Lane.Exp(new(Vector256.Create(float.NaN))).Value.GetElement(0)));
        Assert.Equal(1, FloatLane.Exp(new(0)).Value);
    }
}
