using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Optimizers.Tests.FirstOrder;

public sealed class AsgdTests
{
    [Fact]
    public void Average_AfterItsStart_IsTheMeanOfTheParametersSince()
    {
        using var scope = new TensorScope();
        Parameter parameter = new("x", Tensor.From<double>([1, -2], 2), ParameterRoles.Vector);
        using var optimizer = Optimizer.Create(
            ParameterGroups.Of([parameter]).AssignRest(new AsgdOptions { LearningRate = 0.1, Lambd = 0.2, T0 = 3 }));
        List<double[]> since = [];
        for (var t = 1; t <= 12; t++)
        {
            parameter.Value.Gradient = Tensor.From<double>([Math.Sin(t), Math.Cos(t)], 2);
            optimizer.Step();
            // The share of a new parameter is 1 / (t - 1 - t0): the whole at t = 5, a half at t = 6, and so on.
            if (t >= 5)
            {
                since.Add(parameter.Value.ToArray<double>());
            }
        }

        var writer = new StateWriter();
        optimizer.Save(writer);
        var average = writer.Tensors.Single(t => t.Name.EndsWith("average", StringComparison.Ordinal)).Value.ToArray<double>();
        Assert.Equal(since.Average(p => p[0]), average[0], 1e-12);
        Assert.Equal(since.Average(p => p[1]), average[1], 1e-12);
    }
}
