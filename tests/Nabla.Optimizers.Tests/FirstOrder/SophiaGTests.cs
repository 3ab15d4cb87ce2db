using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Optimizers.Tests.FirstOrder;

public sealed class SophiaGTests
{
    [Fact]
    public void Phases_OneAfterTheOther_RenewTheCurvatureFromOtherGradients()
    {
        using var scope = new TensorScope();
        Parameter parameter = new("x", Tensor.From<double>([1], 1), ParameterRoles.Scalar);
        var step = new SophiaGOptions { LearningRate = 0.1, Rho = 0.5, BatchSize = 1, Beta1 = 0.5, Beta2 = 0.5, WeightDecay = 0, Phase = SophiaPhase.Step };
        var hessian = step with { Phase = SophiaPhase.Hessian };
        using var optimizer = Optimizer.Create(ParameterGroups.Of([parameter]).AssignRest(hessian));
        double After(SophiaGOptions options, double gradient)
        {
            optimizer.Groups[0].Options = options;
            parameter.Value.Gradient = Tensor.From<double>([gradient], 1);
            optimizer.Step();
            return parameter.Value.ToArray<double>()[0];
        }

        // h = 0.5 * 4 = 2 from labels drawn from the model; nothing moves.
        Assert.Equal(1, After(hessian, 2));
        // m = 0.5 * 1 = 0.5; the step is 0.1 * 0.5 / (0.5 * 2).
        Assert.Equal(0.95, After(step, 1), 1e-12);
        // m = 0.25 + 2 = 2.25 is above the curvature of 1: the step is clipped.
        Assert.Equal(0.85, After(step, 4), 1e-12);
        // h = 1 + 18 = 19, then m = 1.125: the step is 0.1 * 1.125 / 9.5.
        Assert.Equal(0.85, After(hessian, 6), 1e-12);
        Assert.Equal(0.85 - (0.1 * 1.125 / 9.5), After(step, 0), 1e-12);
    }

    [Fact]
    public void HessianInterval_WithoutBoth_IsRefusedWithASentence()
    {
        var error = Assert.Throws<OptionException>(
            () => new SophiaGOptions { Phase = SophiaPhase.Step, HessianInterval = 5 }.ThrowIfInvalid());
        Assert.Equal(
            "HessianInterval was 5; it has no effect unless Phase is Both. Set SophiaGOptions.Phase to Both, or leave HessianInterval at 10.",
            error.Message);
    }
}
