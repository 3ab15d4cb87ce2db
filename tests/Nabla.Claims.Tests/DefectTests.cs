using Nabla.Claims.FirstOrder.MvnGrad;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.Tests;

public sealed class DefectTests
{
    /// <summary>Mutants prove something only if they are the method but for the defect.</summary>
    [Theory]
    [InlineData(MeanKind.Updated)]
    [InlineData(MeanKind.Previous)]
    public void MvnGrad_WithoutDefects_IsTheMethod(MeanKind mean)
    {
        var options = new MvnGradOptions { LearningRate = 0.1, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-3, VarianceFloor = 1e-2, Mean = mean };
        using var method = new MovedNumbers(options, new double[8]);
        using var copy = new MovedNumbers(MvnGradClaim.With(MvnGradDefects.None)(options), new double[8]);
        var random = new RandomStream(Seed.From(1));
        var gradient = new double[8];
        for (var step = 0; step < 50; step++)
        {
            Noise.Fill(random, gradient, 0.2, 1);
            var expected = method.Step(gradient).ToArray();
            Assert.All(copy.Step(gradient).ToArray().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-13));
        }
    }
}
