using Nabla.Engine;

namespace Nabla.Core.Tests.Rules;

/// <summary>Rules on whole tensors: alone, beside element-wise ones, and over every kind of parameter.</summary>
public sealed class TensorRuleTests
{
    private static readonly float[] s_start = [1, 2, 3, 4, 5, 6];
    private static readonly float[] s_gradient = [1, 0, -1, 2, 1, 0];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Step_Matrix_KeepsItsStateBetweenSteps(bool inPlace)
    {
        using var scope = new TensorScope();
        var parameter = Matrix("w");
        using var optimizer = Make([parameter], Options(inPlace));
        Step(optimizer, parameter);
        Assert.Equal([-0.5f, 1.5f, 3.5f, 2.5f, 4.5f, 6.5f], parameter.Value.ToArray<float>());
        Step(optimizer, parameter);

        // The row is now (6, 2, -2) and the step is made with 0.5 * 2.
        Assert.Equal([-6.5f, -0.5f, 5.5f, -3.5f, 2.5f, 8.5f], parameter.Value.ToArray<float>());
    }

    [Fact]
    public void Step_Transposed_IsWrittenInPlace()
    {
        foreach (var inPlace in new[] { false, true })
        {
            using var scope = new TensorScope();
            var whole = Tensor.From<float>([1, 4, 2, 5, 3, 6], 3, 2);
            Parameter parameter = new("w", whole.T(), ParameterRoles.Matrix);
            using var optimizer = Make([parameter], Options(inPlace));
            Step(optimizer, parameter);
            Assert.Equal([-0.5f, 2.5f, 1.5f, 4.5f, 3.5f, 6.5f], whole.ToArray<float>());
        }
    }

    [Fact]
    public void Step_BFloat16_KeepsStateInFloat32()
    {
        using var scope = new TensorScope();
        Parameter parameter = new("w", Tensor.From<float>(s_start, 2, 3).To(DType.BFloat16), ParameterRoles.Matrix);
        using var optimizer = Make([parameter], Options());
        parameter.Value.Gradient = Tensor.From<float>(s_gradient, 2, 3).To(DType.BFloat16);
        optimizer.Step();
        Assert.Equal([-0.5, 1.5, 3.5, 2.5, 4.5, 6.5], parameter.Value.Detach().ToDoubles());
        StateWriter writer = new();
        optimizer.Save(writer);
        Assert.All(writer.Tensors, t => Assert.Equal(DType.Float32, t.Value.DType));
    }

    [Fact]
    public void Step_EmptyAndSharedAndWithoutGradient_AreHandled()
    {
        using var scope = new TensorScope();
        var shared = Matrix("shared");
        Parameter again = new("again", shared.Value, ParameterRoles.Matrix);
        Parameter empty = new("empty", Tensor.Zeros([0, 3]), ParameterRoles.Matrix);
        var still = Matrix("still");
        using var optimizer = Make([shared, again, empty, still], Options());
        empty.Value.Gradient = Tensor.Zeros([0, 3]);
        Step(optimizer, shared);
        Assert.Equal([-0.5f, 1.5f, 3.5f, 2.5f, 4.5f, 6.5f], shared.Value.ToArray<float>());
        Assert.Equal(s_start, still.Value.ToArray<float>());

        // The second step of this tensor is the first of the other: steps count for each parameter.
        still.Value.Gradient = Tensor.From<float>(s_gradient, 2, 3);
        Step(optimizer, shared);
        Assert.Equal([-0.5f, 1.5f, 3.5f, 2.5f, 4.5f, 6.5f], still.Value.ToArray<float>());
    }

    [Fact]
    public void Step_BesideElementwiseRule_BothMove()
    {
        using var scope = new TensorScope();
        var matrix = Matrix("matrix");
        Parameter vector = new("vector", Tensor.From<float>([3, 4], 2), ParameterRoles.Vector);
        using var optimizer = Optimizer.Create(ParameterGroups.Of([matrix, vector])
            .Assign(ParameterRoles.Matrix, Options()).AssignRest(new RuleOptions<TrustRule, TrustOptions>(new())));
        vector.Value.Gradient = Tensor.From<float>([1, 1], 2);
        Step(optimizer, matrix);
        Assert.Equal([-0.5f, 1.5f, 3.5f, 2.5f, 4.5f, 6.5f], matrix.Value.ToArray<float>());
        Assert.NotEqual([3f, 4], vector.Value.ToArray<float>());
        Assert.Equal(2, optimizer.Groups.Count);
    }

    [Fact]
    public void State_SavedInMidRun_ContinuesBitEqual()
    {
        using var scope = new TensorScope();
        var (unbroken, resumed) = (Matrix("w"), Matrix("w"));
        using var first = Make([unbroken], Options());
        Step(first, unbroken, 0.25);
        StateWriter writer = new();
        first.Save(writer);
        using var second = Make([resumed], Options());
        resumed.Value.CopyFrom(unbroken.Value);
        second.Load(StateReader.Of(writer));
        Assert.Equal(0.25, StateReader.Of(writer).Tensor("w/losses").Item());
        Step(first, unbroken);
        Step(second, resumed);
        Assert.Equal(unbroken.Value.ToArray<float>(), resumed.Value.ToArray<float>());
        Assert.Equal(2, second.StepCount);
    }

    [Fact]
    public void Load_StateOfAnotherShape_NamesTheParameterAndChangesNothing()
    {
        using var scope = new TensorScope();
        var parameter = Matrix("w");
        Parameter other = new("w", Tensor.Zeros([2, 4]), ParameterRoles.Matrix);
        using var saved = Make([parameter], Options());
        using var loaded = Make([other], Options());
        Step(saved, parameter);
        StateWriter writer = new();
        saved.Save(writer);
        var error = Assert.Throws<CheckpointException>(() => loaded.Load(StateReader.Of(writer)));
        Assert.Equal(
            "The checkpoint holds 'row' for 'w' as Float32 with shape 3; the model has Float32 with shape 4. "
            + "Build the model it was saved from.",
            error.Message);
        Assert.Equal(0, loaded.StepCount);
    }

    [Fact]
    public void Step_ThatChangesTheShape_IsRefusedWithASentence()
    {
        using var scope = new TensorScope();
        var parameter = Matrix("w");
        using var optimizer = Make([parameter], new TensorRuleOptions<RowRule, RowOptions>(new() { Broken = true }));
        var error = Assert.Throws<InvalidOperationException>(() => Step(optimizer, parameter));
        Assert.Equal(
            "RowRule.Update returned shape () for 'w', which has shape 2×3. A step keeps the shape.", error.Message);
        Assert.Equal(s_start, parameter.Value.ToArray<float>());
    }

    private static TensorRuleOptions<RowRule, RowOptions> Options(bool inPlace = false) => new(new RowOptions { InPlace = inPlace });

    private static Parameter Matrix(string name) => new(name, Tensor.From<float>(s_start, 2, 3), ParameterRoles.Matrix);

    private static Optimizer Make(IEnumerable<Parameter> parameters, MethodOptions options) =>
        Optimizer.Create(ParameterGroups.Of(parameters).AssignRest(options));

    private static void Step(Optimizer optimizer, Parameter parameter, double? loss = null)
    {
        parameter.Value.Gradient = Tensor.From<float>(s_gradient, 2, 3);
        optimizer.Step(new StepInputs(loss));
    }
}
