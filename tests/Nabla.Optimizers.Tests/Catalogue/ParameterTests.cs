using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Optimizers.Tests.Catalogue;

/// <summary>What parameters may be: shared, views, empty, of half precision, without a gradient, in several groups.</summary>
public sealed class ParameterTests
{
    [Fact]
    public void Parameter_SharedByTwoLayers_IsUpdatedOnce()
    {
        using var scope = new TensorScope();
        var value = Tensor.From<float>([1.5f, -2, 0.25f], 3);
        Parameter[] both = [new("first", value, ParameterRoles.Vector), new("second", value, ParameterRoles.Vector)];
        using var optimizer = Optimizer.Create(ParameterGroups.Of(both).AssignRest(new SgdOptions { LearningRate = 0.5 }));
        value.Gradient = Tensor.From<float>([1, 2, -4], 3);
        optimizer.Step();
        Assert.Equal([1f, -3, 2.25f], value.ToArray<float>());
    }

    [Fact]
    public void Parameter_EmptyOrWithoutGradient_IsLeftAlone()
    {
        using var scope = new TensorScope();
        Parameter empty = new("empty", Tensor.Zeros([0, 3]), ParameterRoles.Matrix);
        Parameter still = new("still", Tensor.From<float>([3, 4], 2), ParameterRoles.Vector);
        Parameter moving = new("moving", Tensor.From<float>([3, 4], 2), ParameterRoles.Vector);
        using var optimizer = Optimizer.Create(
            ParameterGroups.Of([empty, still, moving]).AssignRest(new AdamWOptions { LearningRate = 0.1, WeightDecay = 0.5 }));
        empty.Value.Gradient = Tensor.Zeros([0, 3]);
        moving.Value.Gradient = Tensor.From<float>([1, -1], 2);
        optimizer.Step();
        Assert.Equal([3f, 4], still.Value.ToArray<float>());
        Assert.NotEqual([3f, 4], moving.Value.ToArray<float>());
    }

    [Theory]
    [InlineData(DType.BFloat16, 1e-2)]
    [InlineData(DType.Float16, 2e-3)]
    public void Parameter_OfHalfPrecision_FollowsFloat32(DType dtype, double tolerance)
    {
        using var scope = new TensorScope();
        float[] start = [1.5f, -2.25f, 0.75f, 3];
        float[] gradient = [0.5f, -1, 2, 0.25f];
        Parameter half = new("half", Tensor.From<float>(start, 4).To(dtype), ParameterRoles.Vector);
        Parameter full = new("full", Tensor.From<float>(start, 4), ParameterRoles.Vector);
        using var optimizer = Optimizer.Create(
            ParameterGroups.Of([half, full]).AssignRest(new AdamWOptions { LearningRate = 0.25 }));
        for (var step = 0; step < 3; step++)
        {
            half.Value.Gradient = Tensor.From<float>(gradient, 4).To(dtype);
            full.Value.Gradient = Tensor.From<float>(gradient, 4);
            optimizer.Step();
        }

        var expected = full.Value.ToArray<float>();
        var actual = half.Value.Detach().To(DType.Float32).ToArray<float>();
        Assert.All(expected.Zip(actual), pair =>
            Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 3 * tolerance * Math.Max(1, Math.Abs(pair.First))));
    }

    [Fact]
    public void Gradient_OfZeros_LeavesEveryMethodFinite()
    {
        foreach (var method in Core.Catalogue.Methods.Where(m => m.IsOptimizer))
        {
            using var scope = new TensorScope();
            var takesVectors = (method.Roles & ParameterRoles.Vector) != 0;
            long[] shape = takesVectors ? [3] : [1, 3];
            Parameter parameter = new(
                "w", Tensor.From<float>([1, -2, 3], shape), takesVectors ? ParameterRoles.Vector : ParameterRoles.Matrix);
            using var optimizer = Optimizer.Create(
                ParameterGroups.Of([parameter]).AssignRest(method.CreateOptions(new Dictionary<string, string>())));
            for (var step = 0; step < 5; step++)
            {
                parameter.Value.Gradient = Tensor.Zeros(shape);
                optimizer.Step();
            }

            // Only weight decay, or a mean that does not begin at zero, may move a parameter whose gradient is zero, unless
            // the method declares a velocity of its own.
            var (least, most) = method.MovesAtRest ? (0.8f, 1.2f) : (0.99f, 1.0001f);
            Assert.All(parameter.Value.ToArray<float>().Zip([1f, -2, 3]), pair =>
                Assert.InRange(pair.First / pair.Second, least, most));
        }
    }

    [Fact]
    public void Groups_WithTheirOwnOptions_StepByThem()
    {
        using var scope = new TensorScope();
        Parameter matrix = new("matrix", Tensor.From<float>([1, 2, 3, 4], 2, 2), ParameterRoles.Matrix);
        Parameter vector = new("vector", Tensor.From<float>([5, 6], 2), ParameterRoles.Vector);
        Parameter frozen = new("frozen", Tensor.From<float>([7], 1), ParameterRoles.Scalar);
        using var optimizer = Optimizer.Create(ParameterGroups.Of([matrix, vector, frozen])
            .Assign(ParameterRoles.Matrix, new SgdOptions { LearningRate = 0.5 })
            .Freeze(ParameterRoles.Scalar)
            .AssignRest(new SgdOptions { LearningRate = 2 }));
        matrix.Value.Gradient = Tensor.From<float>([1, 1, 2, 2], 2, 2);
        vector.Value.Gradient = Tensor.From<float>([1, -1], 2);
        frozen.Value.Gradient = Tensor.From<float>([1], 1);
        optimizer.Step();
        Assert.Equal([0.5f, 1.5f, 2, 3], matrix.Value.ToArray<float>());
        Assert.Equal([3f, 8], vector.Value.ToArray<float>());
        Assert.Equal([7f], frozen.Value.ToArray<float>());

        optimizer.Groups[1].Options = new SgdOptions { LearningRate = 0.25 };
        optimizer.Step();
        Assert.Equal([2.75f, 8.25f], vector.Value.ToArray<float>());
    }

    [Fact]
    public void Load_StateOfAnotherShape_NamesTheParameterAndChangesNothing()
    {
        using var scope = new TensorScope();
        Parameter small = new("layer.weight", Tensor.From<float>([1, 2], 2), ParameterRoles.Vector);
        Parameter large = new("layer.weight", Tensor.From<float>([1, 2, 3], 3), ParameterRoles.Vector);
        using var saved = Optimizer.Create(ParameterGroups.Of([small]).AssignRest(new AdamWOptions()));
        using var other = Optimizer.Create(ParameterGroups.Of([large]).AssignRest(new AdamWOptions()));
        small.Value.Gradient = Tensor.From<float>([1, -1], 2);
        saved.Step();
        StateWriter writer = new();
        saved.Save(writer);
        var error = Assert.Throws<CheckpointException>(() => other.Load(StateReader.Of(writer)));
        Assert.Contains("layer.weight", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, other.StepCount);
    }
}
