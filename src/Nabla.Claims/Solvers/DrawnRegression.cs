using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Claims.Solvers;

/// <summary>
/// A drawn regression with a bounded loss, mean r² / (1 + r²), not convex: normal features whose sizes fall from 1 to 0.03, labels of
/// drawn coefficients with noise, and a share of wild labels.
/// </summary>
internal sealed class DrawnRegression : IObjective
{
    private readonly double[] _features;
    private readonly double[] _labels;

    public DrawnRegression(int dimension, Seed seed)
    {
        Dimension = dimension;
        var random = new RandomStream(seed);
        var rows = 5 * dimension;
        (_features, _labels) = (new double[rows * dimension], new double[rows]);
        double[] truth = [.. Enumerable.Range(0, dimension).Select(_ => random.NextGaussian())];
        for (var k = 0; k < rows; k++)
        {
            var label = 0.1 * random.NextGaussian();
            for (var i = 0; i < dimension; i++)
            {
                var x = random.NextGaussian() * Math.Pow(0.03, (double)i / Math.Max(1, dimension - 1));
                _features[(k * dimension) + i] = x;
                label += x * truth[i];
            }

            _labels[k] = random.NextDouble() < 0.2 ? 3 * random.NextGaussian() : label;
        }
    }

    public int Dimension { get; }

    public double Value(ReadOnlySpan<double> point)
    {
        var sum = 0.0;
        for (var k = 0; k < _labels.Length; k++)
        {
            var r = Residual(k, point);
            sum += r * r / (1 + (r * r));
        }

        return sum / _labels.Length;
    }

    public void Gradient(ReadOnlySpan<double> point, Span<double> gradient)
    {
        gradient.Clear();
        for (var k = 0; k < _labels.Length; k++)
        {
            var r = Residual(k, point);
            var slope = 2 * r / ((1 + (r * r)) * (1 + (r * r))) / _labels.Length;
            for (var i = 0; i < Dimension; i++)
            {
                gradient[i] += slope * _features[(k * Dimension) + i];
            }
        }
    }

    private double Residual(int k, ReadOnlySpan<double> point)
    {
        var sum = -_labels[k];
        for (var i = 0; i < Dimension; i++)
        {
            sum += _features[(k * Dimension) + i] * point[i];
        }

        return sum;
    }
}
