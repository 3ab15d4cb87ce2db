using Nabla.Core;
using Nabla.Online;
using Nabla.Problems.Objectives;
using Nabla.Procedures.FirstOrder;

namespace Nabla.Procedures.Tests.FirstOrder;

/// <summary>Wrong options and wrong problems get a sentence that says what, where and what to do.</summary>
public sealed class OptionsTests
{
    private static readonly LinearModelLoss s_logistic = new([1, 0.5, -0.3, 2, 0.7, -1.1], [1, -1, 1], LossKind.Logistic, 0.1);

    [Theory]
    [InlineData("adadagrad", "ratio", "0", "Ratio was 0; it must be above 0. Set AdaDaGradOptions.Ratio, usually 0.1 to 0.9.")]
    [InlineData("adadagrad", "initialBatch", "1", "InitialBatch was 1; it must be 2 or above. Set AdaDaGradOptions.InitialBatch, usually 2 to 256.")]
    [InlineData("ai-sarah", "gamma", "1", "Gamma was 1; it must lie in (0, 1). Set AiSarahOptions.Gamma, usually 1/32.")]
    [InlineData("sso-target", "surrogateSteps", "0", "SurrogateSteps was 0; it must be 1 or above. Set SsoTargetOptions.SurrogateSteps, usually 1 to 100.")]
    [InlineData("cgo", "alpha", "-1", "Alpha was -1; it must be 0 or above. Set CgoOptions.Alpha, usually 1 to 4.")]
    [InlineData("greedy-bcd", "blockSize", "0", "BlockSize was 0; it must be 1 or above. Set GreedyBcdOptions.BlockSize, usually 1 to 100.")]
    [InlineData("optex", "noise", "0", "Noise was 0; it must be above 0. Set OptexOptions.Noise, usually 1e-8 to 1.")]
    [InlineData("polynomial-preconditioning", "order", "11", "Order was 11; it must lie in [0, 10]. Set PolynomialPreconditioningOptions.Order, usually 1 to 5.")]
    [InlineData("stochastic-dual-descent", "momentum", "1", "Momentum was 1; it must lie in [0, 1). Set StochasticDualDescentOptions.Momentum, usually 0.9.")]
    [InlineData("o2nc", "blockLength", "0", "BlockLength was 0; it must be 1 or above. Set O2ncOptions.BlockLength, usually 10 to 1000.")]
    public void Range_Violated_IsSaid(string method, string option, string value, string sentence)
    {
        var error = Assert.Throws<OptionException>(
            () => Catalogue.Find(method).CreateOptions(new Dictionary<string, string> { [option] = value }));
        Assert.Equal(sentence, error.Message);
    }

    [Fact]
    public void OptionsWithoutEffect_AreRefused()
    {
        Says(
            "OrthogonalRatio was 0.5; it has no effect without the augmented inner-product test. Set AdaDaGradOptions.Test to AugmentedInnerProduct, or OrthogonalRatio to 0.",
            () => new AdaDaGradOptions { OrthogonalRatio = 0.5 }.ThrowIfInvalid());
        Says(
            "OrthogonalRatio was 0; it must be above 0 with the augmented inner-product test. Set AdaDaGradOptions.OrthogonalRatio, usually 0.3 to 6.",
            () => new AdaDaGradOptions { Test = BatchTest.AugmentedInnerProduct }.ThrowIfInvalid());
        Says(
            "MaximumBatch was 4; it must be 0 or at least InitialBatch. Raise AdaDaGradOptions.MaximumBatch or lower InitialBatch.",
            () => new AdaDaGradOptions { MaximumBatch = 4 }.ThrowIfInvalid());
        Says(
            "Nesterov was true; it has no effect without momentum. Set StochasticDualDescentOptions.Momentum above 0, usually 0.9, or Nesterov to false.",
            () => new StochasticDualDescentOptions { Momentum = 0 }.ThrowIfInvalid());
    }

    [Fact]
    public void Problems_ThatDoNotFit_AreRefused()
    {
        Says(
            "AiSarahOptions.BatchSize was 4; the problem has 3 samples. Set it to 3 or below, or to 0 for all of them.",
            () => new AiSarah(new() { BatchSize = 4 }).Minimize(s_logistic, [0, 0], new(), default));
        Says(
            "LearningRate was 0, which asks for the implicit step; the problem gives no derivatives along a direction. Implement ICurvedFiniteSum, or set AiSarahOptions.LearningRate.",
            () => new AiSarah(new() { BatchSize = 1 }).Minimize(new PlainSum(), [0], new(), default));
        Says(
            "Order was 2; the problem's matrix has so few eigenvalues away from 0 that this polynomial vanishes. Set PolynomialPreconditioningOptions.Order below the rank.",
            () => new PolynomialPreconditioning(new() { Order = 2 }).Minimize(
                new LinearModelLoss([1, 1], [1.0], LossKind.Squared), [0, 0], new()));
        Says(
            "The start has 1 numbers; the problem has 2. Give one number a dimension. (Parameter 'start')",
            () => new AiSarah(new() { BatchSize = 0 }).Minimize(s_logistic, [0], new(), default));
        Says(
            "The start holds a number that is not finite. Give finite numbers. (Parameter 'start')",
            () => new AiSarah(new() { BatchSize = 0 }).Minimize(s_logistic, [0, double.NaN], new(), default));
        Says(
            "The learner decides 3 numbers; the problem has 2. Make the learner for the problem. (Parameter 'learner')",
            () => new O2nc(new()).Minimize(
                new NoisyObjective(s_logistic, 0), [0, 0], new OnlineGradientDescent(3, new()), new(), default));
        Says(
            "Coordinate 1 has the bounds 2 and 1; the lower must not be above the upper. Mend the problem. (Parameter 'problem')",
            () => new GreedyBcd(new() { BlockSize = 1 }).Minimize(new LeastSquares([1, 2], [1.0], 0, [0, 2], [1, 1]), [0, 0], new()));
        Says(
            "Curvature(1, 1) was 0; it must be above 0. Remove coordinates that do not matter, or bound them from above. (Parameter 'problem')",
            () => new GreedyBcd(new() { BlockSize = 1 }).Minimize(new LeastSquares([1, 0], [1.0]), [0, 0], new()));
        Says(
            "Iterations was 0; it must be 1 or above. Set StoppingRule.Iterations. (Parameter 'Iterations')\nActual value was 0.",
            () => new AiSarah(new() { BatchSize = 0 }).Minimize(s_logistic, [0, 0], new() { Iterations = 0 }, default));
    }

    private static void Says(string sentence, Action action)
    {
        var error = Assert.ThrowsAny<ArgumentException>(action);
        Assert.Equal(sentence, error.Message.ReplaceLineEndings("\n"));
    }

    private sealed class PlainSum : IFiniteSum
    {
        public int Dimension => 1;

        public int Count => 2;

        public double Value(ReadOnlySpan<int> samples, ReadOnlySpan<double> point) => point[0] * point[0] / 2;

        public void Gradient(ReadOnlySpan<int> samples, ReadOnlySpan<double> point, Span<double> gradient) => gradient[0] = point[0];
    }
}
