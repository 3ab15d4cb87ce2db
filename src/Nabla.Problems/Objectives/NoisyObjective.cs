using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Problems.Objectives;

/// <summary>A function whose gradients come with independent normal noise in each coordinate.</summary>
/// <param name="function">The function.</param>
/// <param name="deviation">The standard deviation of the noise; 0 for none.</param>
public sealed class NoisyObjective(IObjective function, double deviation) : IStochasticObjective
{
    /// <inheritdoc/>
    public int Dimension => function.Dimension;

    /// <inheritdoc/>
    public void Gradient(ReadOnlySpan<double> point, RandomStream random, Span<double> gradient)
    {
        ArgumentNullException.ThrowIfNull(random);
        function.Gradient(point, gradient);
        for (var i = 0; i < gradient.Length && deviation > 0; i++)
        {
            gradient[i] += deviation * random.NextGaussian();
        }
    }
}
