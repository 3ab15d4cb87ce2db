using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Optimizers.Tests.Groups;

public sealed class GroupTests
{
    [Theory]
    [InlineData("transformer.h.*.attn.*", "transformer.h.11.attn.c_attn.weight", true)]
    [InlineData("transformer.h.*.attn.*", "transformer.h.0.mlp.c_fc.weight", false)]
    [InlineData("*.bias", "a.b.bias", true)]
    [InlineData("*.bias", "bias", false)]
    [InlineData("*bias", "bias", true)]
    [InlineData("h.?.w", "h.3.w", true)]
    [InlineData("h.?.w", "h.13.w", false)]
    [InlineData("*a*b*c", "xxaxxbxxaxxbc", true)]
    [InlineData("*a*b*c", "xxaxxcxxb", false)]
    [InlineData("w", "W", false)]
    public void Pattern_Fits_AsGlobsDo(string pattern, string name, bool fits)
    {
        using var scope = new TensorScope();
        Parameter parameter = new(name, Tensor.Zeros([2]), ParameterRoles.Vector);
        Parameter other = new("other.parameter", Tensor.Zeros([2]), ParameterRoles.Vector);
        var groups = ParameterGroups.Of([parameter, other]);
        if (fits)
        {
            Assert.Same(parameter, groups.Assign(pattern, new SgdOptions()).Groups[0].Parameters[0]);
        }
        else
        {
            Assert.Throws<ArgumentException>(() => groups.Assign(pattern, new SgdOptions()));
        }
    }

    [Fact]
    public void Assign_ByPatternAndRole_TakesBoth()
    {
        using var scope = new TensorScope();
        var groups = ParameterGroups.Of(Gpt())
            .Assign("h.*.attn.*", ParameterRoles.Matrix, new SgdOptions())
            .Assign("h.*.mlp.*", new AdamWOptions())
            .Freeze("wte.*")
            .AssignRest(new MvnGradOptions());
        Assert.Equal(["h.0.attn.weight", "h.1.attn.weight"], groups.Groups[0].Parameters.Select(p => p.Name));
        Assert.Equal(["h.0.mlp.weight", "h.1.mlp.weight"], groups.Groups[1].Parameters.Select(p => p.Name));
        Assert.Equal(["h.0.attn.bias", "h.1.attn.bias", "ln.weight"], groups.Groups[2].Parameters.Select(p => p.Name));
        using var optimizer = Optimizer.Create(groups);
        Assert.Equal(3, optimizer.Groups.Count);
    }

    [Fact]
    public void Create_ParametersInTwoGroups_AreAllNamedWithTheirAssignments()
    {
        using var scope = new TensorScope();
        var error = Assert.Throws<InvalidOperationException>(() => Optimizer.Create(ParameterGroups.Of(Gpt())
            .Assign("h.0.*", new SgdOptions())
            .Assign(ParameterRoles.Matrix, new AdamWOptions())
            .AssignRest(new SgdOptions())));
        Assert.Equal(
            "2 of 8 parameters belong to more than one group: 'h.0.attn.weight' ('h.0.*' and role Matrix), "
            + "'h.0.mlp.weight' ('h.0.*' and role Matrix). Narrow one of the assignments, or make the wider one AssignRest(...).",
            error.Message);
        Assert.Throws<InvalidOperationException>(() => Optimizer.Create(ParameterGroups.Of(Gpt())
            .Freeze("h.0.*").Assign("h.*", new SgdOptions()).AssignRest(new SgdOptions())));
    }

    [Fact]
    public void Assign_PatternThatFitsNothing_SuggestsANameAndSaysWhatAStarIs()
    {
        using var scope = new TensorScope();
        var error = Assert.Throws<ArgumentException>(() => ParameterGroups.Of(Gpt()).Assign("ln.wieght", new SgdOptions()));
        Assert.StartsWith(
            "No parameter's name fits 'ln.wieght'. Did you mean 'ln.weight'", error.Message, StringComparison.Ordinal);
        Assert.Contains("There are 8, for example 'wte.weight'; * stands for any letters.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Usual_GptWithAdamW_DecaysNoVectorsAndShowsIt()
    {
        using var scope = new TensorScope();
        var groups = ParameterGroups.Usual(Model(), new AdamWOptions { WeightDecay = 0.1, Beta2 = 0.95 });
        Assert.Equal(2, groups.Groups.Count);
        Assert.All(groups.Groups[0].Parameters, p => Assert.Equal(ParameterRoles.Vector, p.Role));
        Assert.Equal(0, ((AdamWOptions)groups.Groups[0].Options).WeightDecay);
        Assert.Equal(0.1, ((AdamWOptions)groups.Groups[1].Options).WeightDecay);
        Assert.Equal(
            string.Join(Environment.NewLine,
                "group  method            weight decay  tensors  parameters  roles              names",
                "0      adamw beta2=0.95  off           3        6           Vector             h.0.attn.bias, h.1.attn.bias, ln.weight",
                "1      adamw beta2=0.95  0.1           5        20          Matrix, Embedding  wte.weight, h.0.attn.weight, h.0.mlp.weight, and 2 more",
                string.Empty),
            groups.Describe());
        using var optimizer = Optimizer.Create(groups);
        Assert.Equal(groups.Describe(), ParameterGroups.Describe(optimizer.Groups));
    }

    [Fact]
    public void Usual_DecayOfAll_IsOneGroup()
    {
        using var scope = new TensorScope();
        Assert.Single(ParameterGroups.Usual(Model(), new AdamWOptions(), WeightDecayScope.All).Groups);
        Assert.Single(ParameterGroups.Usual(Model(), new SgdOptions()).Groups);
        var vectors = new Listed([new("point", Tensor.Zeros([2]), ParameterRoles.Vector)]);
        Assert.Equal(1e-2, ((AdamWOptions)Assert.Single(ParameterGroups.Usual(vectors, new AdamWOptions()).Groups).Options).WeightDecay);
    }

    [Fact]
    public void Usual_EveryMethodWithWeightDecay_HasOptionsWithout()
    {
        foreach (var method in Core.Catalogue.Methods.Where(m => m.Options.Any(o => o.Name == "weightDecay")))
        {
            var options = (MethodOptions)Activator.CreateInstance(method.OptionsType)!;
            method.OptionsType.GetProperty("WeightDecay")!.SetValue(options, 0.05);
            options.ThrowIfInvalid();
            var without = WeightDecay.Without(options);
            Assert.NotNull(without);
            Assert.Equal(0.0, method.ValuesOf(without)["weightDecay"]);
            Assert.Equal(0.05, method.ValuesOf(options)["weightDecay"]);
        }

        var coupled = new MvnGradOptions { WeightDecay = 0.1, WeightDecayKind = WeightDecayKind.Coupled, Beta2 = 0.5 };
        Assert.Equal(new MvnGradOptions { Beta2 = 0.5 }, WeightDecay.Without(coupled));
    }

    [Fact]
    public void Usual_Steps_ShrinkMatricesOnly()
    {
        using var scope = new TensorScope();
        var model = Model();
        foreach (var parameter in model.Parameters)
        {
            using var noGrad = GradMode.Disable();
            parameter.Value.Fill(1);
            parameter.Value.Gradient = Tensor.Zeros(parameter.Value.Shape);
        }

        using var optimizer = Optimizer.Create(ParameterGroups.Usual(model, new AdamWOptions { LearningRate = 0.5, WeightDecay = 0.5 }));
        optimizer.Step();
        foreach (var parameter in model.Parameters)
        {
            Assert.All(parameter.Value.ToArray<float>(), x => Assert.Equal(parameter.Role == ParameterRoles.Vector ? 1 : 0.75f, x));
        }
    }

    [Fact]
    public void Precision_OfAGroup_OverridesThatOfTheExecution()
    {
        using var scope = new TensorScope();
        Parameter first = new("first", Tensor.Ones([4]).To(DType.BFloat16), ParameterRoles.Vector);
        Parameter second = new("second", Tensor.Ones([4]).To(DType.BFloat16), ParameterRoles.Vector);
        using var optimizer = Optimizer.Create(ParameterGroups.Of([first, second])
            .Assign("first", new SgdOptions(), new PrecisionOptions { MasterCopy = false })
            .AssignRest(new SgdOptions()));
        var writer = new StateWriter();
        optimizer.Save(writer);
        Assert.Equal(["second/master"], writer.Tensors.Select(t => t.Name));
    }

    private static Listed Model() => new(Gpt());

    private static Parameter[] Gpt()
    {
        Parameter Make(string name, ParameterRoles role) =>
            new(name, Tensor.Zeros(role == ParameterRoles.Vector ? [2] : [2, 2]), role);
        return
        [
            Make("wte.weight", ParameterRoles.Embedding),
            Make("h.0.attn.weight", ParameterRoles.Matrix), Make("h.0.attn.bias", ParameterRoles.Vector), Make("h.0.mlp.weight", ParameterRoles.Matrix),
            Make("h.1.attn.weight", ParameterRoles.Matrix), Make("h.1.attn.bias", ParameterRoles.Vector), Make("h.1.mlp.weight", ParameterRoles.Matrix),
            Make("ln.weight", ParameterRoles.Vector),
        ];
    }

    private sealed class Listed : Module
    {
        public Listed(IEnumerable<Parameter> parameters)
        {
            foreach (var parameter in parameters)
            {
                Register(parameter.Name, parameter.Value, parameter.Role);
            }
        }

        public override Tensor Forward(Tensor input) => input;
    }
}
