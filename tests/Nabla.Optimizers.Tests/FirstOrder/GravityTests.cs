using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Optimizers.Tests.FirstOrder;

public sealed class GravityTests
{
    [Fact]
    public void FirstVelocity_IsNormalWithDeviationAlphaOverRate_AndRepeats()
    {
        const int Count = 20_000;
        const double Alpha = 0.02;
        var first = FirstStep(Alpha, Count);
        Assert.Equal(first, FirstStep(Alpha, Count));

        // With zero gradients the first step is -rate * keep * velocity with keep = (0.9 + 1) / 3.
        var drawn = first.Select(v => -v / ((0.9 + 1) / 3)).ToArray();
        var deviation = Math.Sqrt(drawn.Sum(v => v * v) / Count);
        Assert.InRange(deviation / Alpha, 1 - (6 / Math.Sqrt(2 * Count)), 1 + (6 / Math.Sqrt(2 * Count)));
        Assert.InRange(drawn.Average() / Alpha, -6 / Math.Sqrt(Count), 6 / Math.Sqrt(Count));
    }

    [Fact]
    public void FirstVelocity_WithoutAlpha_IsZero() => Assert.All(FirstStep(0, 10), v => Assert.Equal(0, v));

    private static double[] FirstStep(double alpha, int count)
    {
        using var scope = new TensorScope();
        Parameter parameter = new("w", Tensor.Zeros([count], DType.Float64), ParameterRoles.Vector);
        using var optimizer = Optimizer.Create(ParameterGroups.Of([parameter]).AssignRest(new GravityOptions { Alpha = alpha }));
        parameter.Value.Gradient = Tensor.Zeros([count], DType.Float64);
        optimizer.Step();
        return parameter.Value.Detach().ToDoubles();
    }
}
