using MathNet.Numerics.LinearAlgebra;

namespace Nabla.Procedures.FirstOrder;

/// <summary>
/// Predicts gradients from remembered ones: the posterior mean of a Gaussian process with prior mean 0 and the kernel
/// k(x, x') I, so that all coordinates share one small linear system.
/// </summary>
/// <param name="kernel">The kernel.</param>
/// <param name="capacity">How many gradients are remembered; the oldest are dropped. At least 1.</param>
/// <param name="lengthScale">The distance over which gradients change; 0 for the median distance of what is remembered.</param>
/// <param name="noise">The variance of noise, relative to the kernel's; above 0.</param>
public sealed class GradientPredictor(GradientKernel kernel, int capacity, double lengthScale, double noise)
{
    private readonly List<(double[] Point, double[] Gradient)> _history = [];
    private Matrix<double>? _weights;
    private double _scale = 1;

    /// <summary>How many gradients are remembered now.</summary>
    public int Count => _history.Count;

    /// <summary>Remembers a gradient.</summary>
    /// <param name="point">Where it was computed.</param>
    /// <param name="gradient">As many numbers as the point.</param>
    public void Add(ReadOnlySpan<double> point, ReadOnlySpan<double> gradient)
    {
        _history.Add((point.ToArray(), gradient.ToArray()));
        if (_history.Count > capacity)
        {
            _history.RemoveAt(0);
        }

        _weights = null;
    }

    /// <summary>Predicts the gradient at a point; 0 while nothing is remembered.</summary>
    /// <param name="point">Where.</param>
    /// <param name="gradient">Overwritten.</param>
    public void Predict(ReadOnlySpan<double> point, Span<double> gradient)
    {
        gradient.Clear();
        if (_history.Count == 0)
        {
            return;
        }

        var weights = _weights ??= Fit();
        for (var i = 0; i < _history.Count; i++)
        {
            var likeness = Kernel(VectorMath.Distance(point, _history[i].Point));
            for (var j = 0; j < gradient.Length; j++)
            {
                gradient[j] += likeness * weights[i, j];
            }
        }
    }

    private Matrix<double> Fit()
    {
        var n = _history.Count;
        var distances = Matrix<double>.Build.Dense(n, n, (i, j) => VectorMath.Distance(_history[i].Point, _history[j].Point));
        _scale = lengthScale;
        if (lengthScale == 0)
        {
            var above = distances.EnumerateIndexed().Where(e => e.Item1 < e.Item2 && e.Item3 > 0).Select(e => e.Item3).Order().ToArray();
            _scale = above.Length == 0 ? 1 : above[above.Length / 2];
        }

        var k = distances.Map(Kernel, Zeros.Include) + (noise * Matrix<double>.Build.DenseIdentity(n));
        return k.Cholesky().Solve(Matrix<double>.Build.DenseOfRowArrays(_history.Select(h => h.Gradient)));
    }

    private double Kernel(double distance)
    {
        var r = distance / _scale;
        return kernel == GradientKernel.SquaredExponential
            ? Math.Exp(-r * r / 2)
            : (1 + (Math.Sqrt(5) * r) + (5 * r * r / 3)) * Math.Exp(-Math.Sqrt(5) * r);
    }
}
