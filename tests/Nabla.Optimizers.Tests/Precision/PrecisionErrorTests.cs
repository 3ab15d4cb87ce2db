using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Optimizers.Tests.Precision;

/// <summary>A choice of precision that has no effect or cannot be carried out is refused with a sentence.</summary>
public sealed class PrecisionErrorTests
{
    private static readonly Dictionary<string, DType> s_low = new() { ["v"] = DType.BFloat16 };

    [Fact]
    public void States_UnknownName_ListsTheStates() => Refused(
        DType.Float32,
        new() { States = new Dictionary<string, DType> { ["w"] = DType.BFloat16 } },
        "PrecisionOptions.States names 'w', which no element-wise method of these groups keeps. Name one of 'm', 'v'.");

    [Fact]
    public void States_OfWholeNumbers_NamesTheTypes() => Refused(
        DType.Float32,
        new() { States = new Dictionary<string, DType> { ["v"] = DType.Int32 } },
        "The state 'v' was asked for in Int32; a state is kept in Float32, BFloat16 or Float16. Change PrecisionOptions.States.");

    [Fact]
    public void States_OfFloat64Parameters_HaveNoEffect() => Refused(
        DType.Float64,
        new() { States = s_low },
        "'a', 'b' of Float64 keep Float64 states; PrecisionOptions.States would have no effect. "
        + "Convert to Float32, or put them into a group of their own.");

    [Fact]
    public void MasterCopy_SwitchedOffForFloat32_HasNoEffect() => Refused(
        DType.Float32,
        new() { MasterCopy = false },
        "MasterCopy was false; it has no effect, because no parameter of these groups has 16 bits. Leave it at true.");

    [Fact]
    public void StochasticRounding_WithACopy_HasNoEffect() => Refused(
        DType.BFloat16,
        new() { StochasticRounding = true },
        "StochasticRounding was true; it has no effect with a master copy and Float32 states. "
        + "Set MasterCopy to false, or keep a state in BFloat16.");

    [Fact]
    public void StochasticRounding_OfFloat32_HasNoEffect() => Refused(
        DType.Float32,
        new() { StochasticRounding = true },
        "StochasticRounding was true; it has no effect, because nothing of these groups is kept in BFloat16. Leave it at false.");

    [Fact]
    public void StochasticRounding_OfFloat16_IsRefused()
    {
        Refused(
            DType.Float16,
            new() { StochasticRounding = true, MasterCopy = false },
            "StochasticRounding was true; it rounds to BFloat16 only, and 'a', 'b' are Float16. "
            + "Give Float16 parameters a master copy in a group of their own.");
        Refused(
            DType.Float32,
            new() { StochasticRounding = true, States = new Dictionary<string, DType> { ["m"] = DType.Float16 } },
            "StochasticRounding was true; it rounds to BFloat16 only, and the state 'm' is Float16. Keep it in BFloat16.");
    }

    [Fact]
    public void StochasticRounding_OnTheTensorLane_IsRefused() => Refused(
        DType.Float32,
        new() { StochasticRounding = true, States = s_low },
        "StochasticRounding was true; it runs on the fused lanes of the CPU only. Choose LaneKind.Auto.",
        LaneKind.Tensor);

    [Fact]
    public void Seed_WithoutStochasticRounding_HasNoEffect() => Refused(
        DType.BFloat16,
        new() { Seed = 3 },
        "Seed was 3; it has no effect without stochastic rounding. Set StochasticRounding, or leave Seed at 0.");

    [Theory]
    [InlineData(true, "The checkpoint holds no float32 copy of 'a', which this optimizer works on. Set PrecisionOptions.MasterCopy to false.")]
    [InlineData(false, "The checkpoint holds a float32 copy of 'a', which this optimizer would lose. Set PrecisionOptions.MasterCopy.")]
    public void Load_StateOfAnotherPrecision_SaysWhatToSet(bool copy, string sentence)
    {
        using var scope = new TensorScope();
        Optimizer Make(bool master) => Optimizer.Create(
            ParameterGroups.Of([new Parameter("a", Tensor.Ones([3]).To(DType.BFloat16), ParameterRoles.Vector)])
                .AssignRest(new AdamWOptions()),
            new ExecutionOptions { Precision = new PrecisionOptions { MasterCopy = master } });
        using var saved = Make(!copy);
        using var loading = Make(copy);
        var writer = new StateWriter();
        saved.Save(writer);
        Assert.Equal(sentence, Assert.Throws<CheckpointException>(() => loading.Load(StateReader.Of(writer))).Message);
    }

    private static void Refused(DType type, PrecisionOptions precision, string sentence, LaneKind lane = LaneKind.Auto)
    {
        using var scope = new TensorScope();
        Parameter[] parameters =
        [
            new("a", Tensor.Ones([3]).To(type), ParameterRoles.Vector), new("b", Tensor.Ones([2]).To(type), ParameterRoles.Vector),
        ];
        var error = Assert.Throws<OptionException>(() => Optimizer.Create(
            ParameterGroups.Of(parameters).AssignRest(new AdamWOptions()),
            new ExecutionOptions { Precision = precision, Lane = lane }));
        Assert.Equal(sentence, error.Message);
    }
}
