using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;
using Nabla.Optimizers.Tests.Catalogue;

namespace Nabla.Optimizers.Tests.FirstOrder;

/// <summary>With a part switched off a method is the simpler one.</summary>
public sealed class RuleDegenerationTests
{
    [Fact]
    public void AlphaAdam_AllOnesMaskAtUnitStrength_IsAdamWToTheBit() => AssertSameBits(
        new AlphaAdamOptions { Mask = MaskKind.All, LearningRate = 0.01, WeightDecay = 0.1 },
        new AdamWOptions { LearningRate = 0.01, WeightDecay = 0.1 });

    [Fact]
    public void LionK_WithL1_IsLionToTheBit() => AssertSameBits(
        new LionKOptions { LearningRate = 0.01, WeightDecay = 0.1 }, new LionOptions { LearningRate = 0.01, WeightDecay = 0.1 });

    [Fact]
    public void AmsBound_IsAdaBoundWithAmsbound() =>
        AssertSameBits(new AmsBoundOptions { Beta2 = 0.5 }, new AdaBoundOptions { Beta2 = 0.5, Amsbound = true });

    [Fact]
    public void GeneralizedSmoothNgd_WithoutNormalization_IsGradientDescent() =>
        AssertSameBits(new GeneralizedSmoothNgdOptions { Beta = 0 }, new SgdOptions { LearningRate = 0.01 });

    [Fact]
    public void InducedMetric_OnAFlatSurface_IsSgdWithDampenedMomentum()
    {
        // Without momentum: with it the induced metric corrects for the start at zero, and SGD begins otherwise.
        AssertSameBits(new InducedMetricOptions { Xi = 0, Momentum = 0 }, new SgdOptions { LearningRate = 0.1 });
    }

    [Fact]
    public void InducedMetric_LogWithoutLoss_SaysWhatToDo()
    {
        using var scope = new TensorScope();
        Parameter parameter = new("w", Tensor.Zeros([2]), ParameterRoles.Vector);
        using var optimizer = Optimizer.Create(
            ParameterGroups.Of([parameter]).AssignRest(new InducedMetricOptions { Metric = InducedMetricKind.Log }));
        parameter.Value.Gradient = Tensor.Ones([2]);
        Assert.Equal(
            "Step was called without a loss, which InducedMetricKind.Log needs. Give Step new StepInputs(loss), or set "
            + "InducedMetricOptions.Metric to Plain.",
            Assert.Throws<InvalidOperationException>(() => optimizer.Step()).Message);
    }

    private static void AssertSameBits(MethodOptions left, MethodOptions right)
    {
        using var one = new Bench(left);
        using var other = new Bench(right);
        one.Run(1, 8);
        other.Run(1, 8);
        Assert.Equal(other.Values(), one.Values());
    }
}
