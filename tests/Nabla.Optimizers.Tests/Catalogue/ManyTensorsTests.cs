using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Optimizers.Tests.Catalogue;

/// <summary>Many small tensors are found, laid out and walked together; that must not show in any bit.</summary>
public sealed class ManyTensorsTests
{
    private const int Count = 601;

    [Theory]
    [InlineData("adamw", 1)]
    [InlineData("adamw", 2)]
    [InlineData("lamb", 2)]
    [InlineData("mvn-grad", 2)]
    public void Step_ManyTensorsOfAllKinds_EqualsEachAlone(string name, int threads)
    {
        using var scope = new TensorScope();
        var options = Core.Catalogue.Find(name).CreateOptions(new Dictionary<string, string>());
        Parameter[] together = [.. Enumerable.Range(0, Count).Select(Make)];
        using var optimizer = Optimizer.Create(
            ParameterGroups.Of(together).AssignRest(options), new ExecutionOptions { Threads = threads });
        for (var step = 0; step < 3; step++)
        {
            for (var i = 0; i < Count; i++)
            {
                together[i].Value.Gradient = Gradient(i, step);
            }

            optimizer.Step();
        }

        for (var i = 0; i < Count; i++)
        {
            using var inner = new TensorScope();
            var parameter = Make(i);
            var before = parameter.Value.ToDoubles();
            using var single = Optimizer.Create(
                ParameterGroups.Of([parameter]).AssignRest(options), new ExecutionOptions { Threads = 1 });
            for (var step = 0; step < 3; step++)
            {
                parameter.Value.Gradient = Gradient(i, step);
                single.Step();
            }

            Assert.Equal(parameter.Value.ToDoubles(), together[i].Value.ToDoubles());
            Assert.NotEqual(before, together[i].Value.ToDoubles());
        }
    }

    [Fact]
    public void Step_ParameterReplacedBetweenSteps_UpdatesTheNewTensor()
    {
        using var scope = new TensorScope();
        var parameter = new Parameter("w", Tensor.From<float>([1, 2], 2), ParameterRoles.Vector);
        using var optimizer = Optimizer.Create(
            ParameterGroups.Of([parameter]).AssignRest(new SgdOptions { LearningRate = 1 }));
        parameter.Value.Gradient = Tensor.From<float>([1, 1], 2);
        optimizer.Step();
        parameter.Replace(Tensor.From<float>([10, 20], 2));
        optimizer.Step();
        Assert.Equal([10f, 20], parameter.Value.ToArray<float>());
        parameter.Value.Gradient = Tensor.From<float>([1, 2], 2);
        optimizer.Step();
        Assert.Equal([9f, 18], parameter.Value.ToArray<float>());
    }

    private static Parameter Make(int tensor)
    {
        var value = Numbers(tensor, 7);
        return new Parameter($"w{tensor}", (tensor % 6) switch
        {
            1 => value.T(),
            4 => value.To(DType.BFloat16),
            5 => value.To(DType.Float64),
            _ => value,
        }, ParameterRoles.Matrix);
    }

    private static Tensor? Gradient(int tensor, int step)
    {
        var value = Numbers(tensor, 11 + step);
        return (tensor % 6) switch
        {
            1 => value.T().Contiguous(),
            2 => Numbers(tensor, 11 + step, transposed: true).T(),
            3 => step == 1 ? null : value,
            4 => value.To(DType.BFloat16),
            5 => value.To(DType.Float64),
            _ => value,
        };
    }

    private static Tensor Numbers(int tensor, int salt, bool transposed = false)
    {
        var (rows, columns) = (2 + (tensor % 5), 3 + (tensor % 17));
        var numbers = new float[rows * columns];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = MathF.Sin(((tensor * 31) + i + 1) * salt);
        }

        return transposed ? Tensor.From<float>(numbers, columns, rows) : Tensor.From<float>(numbers, rows, columns);
    }
}
