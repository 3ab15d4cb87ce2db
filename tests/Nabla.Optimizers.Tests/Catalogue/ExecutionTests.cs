using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Optimizers.Tests.Catalogue;

public sealed class ExecutionTests
{
    [Fact]
    public void Chain_OfParts_EqualsSeparateApplication()
    {
        float[] start = [1, -2, 3];
        float[] gradient = [0.5f, -4, 2];
        var sgd = new SgdOptions { LearningRate = 0.1, Momentum = 0.9 };
        var norm = Math.Sqrt(gradient.Sum(g => (double)g * g));
        Check(Step(new WrappedOptions(new WrapperOptions<ClipByValue, ClipByValueOptions>(new() { Limit = 1 }), sgd), start, gradient), [0.95, -1.9, 2.9]);
        Check(Step(new WrappedOptions(new WrapperOptions<DecoupledDecay, DecoupledDecayOptions>(new() { Rate = 0.5 }), sgd), start, gradient), [0.45, -0.6, 1.3]);
        Check(
            Step(new WrappedOptions(new WrapperOptions<ClipByNorm, ClipByNormOptions>(new() { Limit = 1 }), sgd), start, gradient),
            [.. start.Zip(gradient, (p, g) => p - (0.1 * g / norm))]);
    }

    [Fact]
    public void Parameter_Transposed_IsUpdatedInPlace()
    {
        using var scope = new TensorScope();
        var whole = Tensor.From<float>([1, 2, 3, 4, 5, 6], 2, 3);
        using var parameter = new Parameter("w", whole.T(), ParameterRoles.Matrix);
        using var optimizer = Optimizer.Create(ParameterGroups.Of([parameter]).AssignRest(new SgdOptions { LearningRate = 1 }));
        parameter.Value.Gradient = Tensor.From<float>([1, 2, 3, 4, 5, 6], 3, 2);
        optimizer.Step();
        Assert.Equal([0f, -1, -2, 2, 1, 0], whole.ToArray<float>());
    }

    [Fact]
    public void Groups_ForgottenParameters_AreAllNamed()
    {
        using var scope = new TensorScope();
        Parameter[] all =
        [
            new("a", Tensor.Zeros([2]), ParameterRoles.Matrix), new("b", Tensor.Zeros([2]), ParameterRoles.Vector),
            new("c", Tensor.Zeros([2]), ParameterRoles.Scalar),
        ];
        var error = Assert.Throws<InvalidOperationException>(
            () => Optimizer.Create(ParameterGroups.Of(all).Assign(ParameterRoles.Matrix, new SgdOptions())));
        Assert.Equal("2 of 3 parameters belong to no group: 'b', 'c'. Add AssignRest(...) or Freeze(...).", error.Message);
    }

    [Fact]
    public void Messages_WrongNamesAndValues_SayWhatToDo()
    {
        Assert.Equal(
            "There is no method 'mvn-grab'. Did you mean 'mvn-grad'? 'nabla methods' shows all " + Core.Catalogue.Methods.Count + ".",
            Assert.Throws<OptionException>(() => Core.Catalogue.Find("mvn-grab")).Message);
        Assert.Contains(
            "'sgd' has no option 'momentun'. Did you mean 'momentum'?",
            Assert.Throws<OptionException>(() => Core.Catalogue.Find("sgd").CreateOptions(new Dictionary<string, string> { ["momentun"] = "1" })).Message,
            StringComparison.Ordinal);
        Assert.Equal(
            "Momentum was 1.2; it must lie in [0, 1). Set SgdOptions.Momentum, usually 0.9 to 0.99.",
            Assert.Throws<OptionException>(() => new SgdOptions { Momentum = 1.2 }.ThrowIfInvalid()).Message);
        Assert.Contains(
            "There is no wrapper 'gala'.",
            Assert.Throws<OptionException>(() => Core.Catalogue.Find("gala(sgd)")).Message,
            StringComparison.Ordinal);
    }

    private static float[] Step(MethodOptions options, float[] start, float[] gradient)
    {
        using var scope = new TensorScope();
        var parameter = new Parameter("w", Tensor.From<float>(start, start.Length), ParameterRoles.Vector);
        using var optimizer = Optimizer.Create(ParameterGroups.Of([parameter]).AssignRest(options));
        parameter.Value.Gradient = Tensor.From<float>(gradient, gradient.Length);
        optimizer.Step();
        return parameter.Value.ToArray<float>();
    }

    private static void Check(float[] actual, double[] expected)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-6);
        }
    }
}
