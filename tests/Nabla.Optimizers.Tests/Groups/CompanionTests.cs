using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Optimizers.Matrix;

namespace Nabla.Optimizers.Tests.Groups;

public sealed class CompanionTests
{
    [Fact]
    public void Usual_MatrixMethod_LeavesOtherRolesToTheCompanion()
    {
        using var model = new Model();
        var groups = ParameterGroups.Usual(model, new MuonOptions());
        Assert.Equal(3, groups.Groups.Count);
        Assert.IsType<MuonOptions>(groups.Groups[0].Options);
        Assert.Equal(["hidden.weight", "kernel"], groups.Groups[0].Parameters.Select(p => p.Name));
        Assert.Equal(0, Assert.IsType<AdamWOptions>(groups.Groups[1].Options).WeightDecay);
        Assert.Equal(["hidden.bias"], groups.Groups[1].Parameters.Select(p => p.Name));
        Assert.NotEqual(0, Assert.IsType<AdamWOptions>(groups.Groups[2].Options).WeightDecay);
        Assert.Equal(["embedding"], groups.Groups[2].Parameters.Select(p => p.Name));
        using var optimizer = Optimizer.Create(groups);
        foreach (var parameter in model.Parameters)
        {
            parameter.Value.Gradient = Tensor.OnesLike(parameter.Value);
        }

        var before = model.Parameters.Select(p => p.Value.ToArray<float>()).ToArray();
        optimizer.Step();
        Assert.All(model.Parameters.Zip(before), pair => Assert.NotEqual(pair.Second, pair.First.Value.ToArray<float>()));
    }

    [Fact]
    public void Usual_ElementwiseMethod_HasNoCompanion() =>
        Assert.All(ParameterGroups.Usual(new Model(), new SgdOptions()).Groups, g => Assert.IsType<SgdOptions>(g.Options));

    [Fact]
    public void Matrix_UnderTheWrongRole_IsNamed()
    {
        using var model = new Model();
        var error = Assert.Throws<InvalidOperationException>(
            () => Optimizer.Create(ParameterGroups.Of(model).AssignRest(new MuonOptions())));
        Assert.Contains("'hidden.bias' (3) is of role Vector, and muon takes", error.Message, StringComparison.Ordinal);
        Assert.Contains("'embedding' (4×3) is of role Embedding", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CreateOptions_Settings_AreSharedOut()
    {
        var settings = new Dictionary<string, string> { ["learningRate"] = "0.5", ["companion.learningRate"] = "0.25" };
        var (own, companion) = Companion.CreateOptions(Core.Catalogue.Find("muon"), settings);
        Assert.Equal(0.5, Assert.IsType<MuonOptions>(own).LearningRate);
        Assert.Equal(0.25, Assert.IsType<AdamWOptions>(companion).LearningRate);
        var error = Assert.Throws<OptionException>(() => Companion.CreateOptions(Core.Catalogue.Find("sgd"), settings));
        Assert.Contains("'companion.learningRate' has no effect: 'sgd' takes parameters of every role", error.Message, StringComparison.Ordinal);
        Assert.Throws<OptionException>(() => Companion.CreateOptions(
            Core.Catalogue.Find("muon"), new Dictionary<string, string> { ["companion.momentum"] = "1" }));
    }

    private sealed class Model : Module
    {
        public Model()
        {
            Register("hidden.weight", Tensor.Ones([3, 3]), ParameterRoles.Matrix);
            Register("hidden.bias", Tensor.Ones([3]), ParameterRoles.Vector);
            Register("embedding", Tensor.Ones([4, 3]), ParameterRoles.Embedding);
            Register("kernel", Tensor.Ones([2, 2, 3, 3]), ParameterRoles.Convolution);
        }

        public override Tensor Forward(Tensor input) => input;
    }
}
