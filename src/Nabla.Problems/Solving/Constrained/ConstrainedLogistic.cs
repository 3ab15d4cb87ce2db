using Nabla.Engine;

namespace Nabla.Problems.Solving;

/// <summary>Logistic regression where A x = b and ‖x‖² = 1: the constraints of the experiments of arXiv:2305.18379, on drawn rows.</summary>
internal sealed class ConstrainedLogistic : ConstrainedFunction
{
    private readonly LogisticRegression _loss;
    private readonly double[] _matrix;
    private readonly double[] _right;

    public ConstrainedLogistic(int dimension, int planes, Seed seed)
        : base(dimension, planes + 1)
    {
        _loss = new LogisticRegression(dimension, 200, 0, seed.Derive("rows"));
        var stream = new RandomStream(seed.Derive("planes"));
        _matrix = LearningData.Normal(stream, planes * dimension);
        var inside = LearningData.Normal(stream, dimension);
        var norm = Math.Sqrt(inside.Sum(x => x * x));
        _right = new double[planes];
        for (var k = 0; k < planes; k++)
        {
            for (var i = 0; i < dimension; i++)
            {
                _right[k] += _matrix[(k * dimension) + i] * inside[i] / norm;
            }
        }
    }

    private protected override T Compute<T>(ReadOnlySpan<T> x, Span<T> gradient) => _loss.Add(x, gradient);

    private protected override void Limit(ReadOnlySpan<double> x, Span<double> values)
    {
        for (var k = 0; k < _right.Length; k++)
        {
            values[k] = -_right[k];
            for (var i = 0; i < x.Length; i++)
            {
                values[k] += _matrix[(k * x.Length) + i] * x[i];
            }
        }

        values[^1] = -1;
        foreach (var one in x)
        {
            values[^1] += one * one;
        }
    }

    private protected override void Pull<T>(ReadOnlySpan<T> x, ReadOnlySpan<double> w, Span<T> gradient)
    {
        for (var i = 0; i < x.Length; i++)
        {
            gradient[i] += 2 * w[^1] * x[i];
            for (var k = 0; k < _right.Length; k++)
            {
                gradient[i] += T.Of(w[k] * _matrix[(k * x.Length) + i]);
            }
        }
    }
}
