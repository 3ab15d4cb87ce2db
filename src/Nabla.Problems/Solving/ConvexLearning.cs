using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Problems.Solving;

/// <summary>A mean of losses of rows, each a function of a few linear outputs, with a ridge; Fisher's and Gauss and Newton's matrices.</summary>
/// <param name="dimension">How many numbers it takes.</param>
internal abstract class LinearOutputs(int dimension) : SmoothFunction, IModelledCurvature
{
    public sealed override int Dimension { get; } = dimension;

    public abstract bool Models(CurvatureModel model);

    public void ModelTimes(CurvatureModel model, ReadOnlySpan<double> point, ReadOnlySpan<double> vector, Span<double> product)
    {
        if (!Models(model))
        {
            throw new NotSupportedException($"{GetType().Name} gives no {model} matrix.");
        }

        product.Clear();
        Multiply(model, point, vector, product);
    }

    /// <summary>Adds H v to zeros.</summary>
    private protected abstract void Multiply(
        CurvatureModel model, ReadOnlySpan<double> point, ReadOnlySpan<double> vector, Span<double> product);
}

/// <summary>Logistic regression: mean log(1 + exp(-y a'x)) + ρ ‖x‖²/2, the columns of different sizes, some labels wrong.</summary>
internal sealed class LogisticRegression : LinearOutputs
{
    private readonly double[] _rows;
    private readonly double[] _labels;
    private readonly double _ridge;

    public LogisticRegression(int dimension, int rows, double ridge, Seed seed)
        : base(dimension)
    {
        _ridge = ridge;
        var stream = new RandomStream(seed);
        var truth = LearningData.Normal(stream, dimension);
        _rows = LearningData.Scaled(stream, rows, dimension, 1);
        _labels = new double[rows];
        for (var k = 0; k < rows; k++)
        {
            _labels[k] = LearningData.Dot<Real>(Row(k), LearningData.Reals(truth)).Number + (0.5 * stream.NextGaussian()) >= 0 ? 1 : -1;
        }
    }

    // The labels follow the row, so that Gauss and Newton's matrix is the second derivative itself.
    public override bool Models(CurvatureModel model) => model is CurvatureModel.GaussNewton or CurvatureModel.Fisher;

    /// <summary>The value, with the gradient added where room for it is given.</summary>
    public T Add<T>(ReadOnlySpan<T> x, Span<T> gradient)
        where T : struct, IReal<T> => Compute(x, gradient);

    private protected override T Compute<T>(ReadOnlySpan<T> x, Span<T> gradient)
    {
        var value = T.Of(0);
        for (var k = 0; k < _labels.Length; k++)
        {
            var margin = _labels[k] * LearningData.Dot(Row(k), x);
            var e = T.Exp(margin.Number > 0 ? -margin : margin);
            var loss = T.Log(1 + e);
            value += (margin.Number > 0 ? loss : loss - margin) / _labels.Length;
            if (!gradient.IsEmpty)
            {
                LearningData.Add(gradient, -_labels[k] / _labels.Length * (margin.Number > 0 ? e / (1 + e) : 1 / (1 + e)), Row(k));
            }
        }

        LearningData.AddRidge(_ridge, x, ref value, gradient);
        return value;
    }

    private protected override void Multiply(
        CurvatureModel model, ReadOnlySpan<double> point, ReadOnlySpan<double> vector, Span<double> product)
    {
        for (var k = 0; k < _labels.Length; k++)
        {
            double margin = 0, along = 0;
            var row = Row(k);
            for (var i = 0; i < row.Length; i++)
            {
                margin += _labels[k] * row[i] * point[i];
                along += row[i] * vector[i];
            }

            // e = exp(-|margin|): the chance of the other label is e / (1 + e) or 1 / (1 + e), without overflow.
            var e = Math.Exp(-Math.Abs(margin));
            var miss = margin > 0 ? e / (1 + e) : 1 / (1 + e);
            var weight = model == CurvatureModel.Fisher ? miss * miss : e / ((1 + e) * (1 + e));
            for (var i = 0; i < row.Length; i++)
            {
                product[i] += weight * along / _labels.Length * row[i];
            }
        }

        for (var i = 0; i < product.Length; i++)
        {
            product[i] += _ridge * vector[i];
        }
    }

    private ReadOnlySpan<double> Row(int k) => _rows.AsSpan(k * Dimension, Dimension);
}

/// <summary>
/// Regression over several classes: mean log Σ_c exp(x_c'a) - x_y'a + ρ ‖x‖²/2, a class drawn by the chances of a truth. A point is
/// class by class.
/// </summary>
internal sealed class SoftmaxRegression : LinearOutputs
{
    private readonly int _columns;
    private readonly int _classes;
    private readonly double[] _rows;
    private readonly int[] _labels;
    private readonly double _ridge;

    public SoftmaxRegression(int columns, int classes, int rows, double ridge, Seed seed)
        : base(columns * classes)
    {
        (_columns, _classes, _ridge) = (columns, classes, ridge);
        var stream = new RandomStream(seed);
        var truth = LearningData.Reals([.. LearningData.Normal(stream, Dimension).Select(w => 2 * w)]);
        _rows = LearningData.Scaled(stream, rows, columns, 1);
        _labels = new int[rows];
        var outputs = new Real[classes];
        for (var k = 0; k < rows; k++)
        {
            Weigh<Real>(truth, k, outputs);
            var left = stream.NextDouble();
            while (_labels[k] < classes - 1 && (left -= outputs[_labels[k]].Number) > 0)
            {
                _labels[k]++;
            }
        }
    }

    public override bool Models(CurvatureModel model) => model is CurvatureModel.GaussNewton or CurvatureModel.Fisher;

    private protected override T Compute<T>(ReadOnlySpan<T> x, Span<T> gradient)
    {
        var value = T.Of(0);
        var chances = new T[_classes];
        for (var k = 0; k < _labels.Length; k++)
        {
            var row = Row(k);
            var own = LearningData.Dot(row, x.Slice(_labels[k] * _columns, _columns));
            value += (Weigh(x, k, chances) - own) / _labels.Length;
            for (var c = 0; c < _classes && !gradient.IsEmpty; c++)
            {
                var slope = c == _labels[k] ? chances[c] - 1 : chances[c];
                LearningData.Add(gradient.Slice(c * _columns, _columns), slope / _labels.Length, row);
            }
        }

        LearningData.AddRidge(_ridge, x, ref value, gradient);
        return value;
    }

    private protected override void Multiply(
        CurvatureModel model, ReadOnlySpan<double> point, ReadOnlySpan<double> vector, Span<double> product)
    {
        var x = LearningData.Reals(point);
        var chances = new Real[_classes];
        double[] p = new double[_classes], along = new double[_classes];
        for (var k = 0; k < _labels.Length; k++)
        {
            var row = Row(k);
            Weigh<Real>(x, k, chances);
            var mean = 0.0;
            for (var c = 0; c < _classes; c++)
            {
                p[c] = chances[c].Number;
                along[c] = 0;
                for (var i = 0; i < _columns; i++)
                {
                    along[c] += row[i] * vector[(c * _columns) + i];
                }

                mean += (p[c] - (model == CurvatureModel.Fisher && c == _labels[k] ? 1 : 0)) * along[c];
            }

            for (var c = 0; c < _classes; c++)
            {
                var weight = model == CurvatureModel.Fisher
                    ? (p[c] - (c == _labels[k] ? 1 : 0)) * mean
                    : p[c] * (along[c] - mean);
                for (var i = 0; i < _columns; i++)
                {
                    product[(c * _columns) + i] += weight / _labels.Length * row[i];
                }
            }
        }

        for (var i = 0; i < product.Length; i++)
        {
            product[i] += _ridge * vector[i];
        }
    }

    /// <summary>The chances of the classes of a row, and the logarithm of the sum of exponentials.</summary>
    private T Weigh<T>(ReadOnlySpan<T> x, int k, Span<T> chances)
        where T : struct, IReal<T>
    {
        var most = double.NegativeInfinity;
        for (var c = 0; c < _classes; c++)
        {
            chances[c] = LearningData.Dot(Row(k), x.Slice(c * _columns, _columns));
            most = Math.Max(most, chances[c].Number);
        }

        return LearningData.Soften(chances, most);
    }

    private ReadOnlySpan<double> Row(int k) => _rows.AsSpan(k * _columns, _columns);
}

/// <summary>
/// A smooth maximum of linear functions: μ log Σ exp((a_i'x - b_i)/μ), the rows moved so that 0 is the minimizer. Gauss and Newton's
/// matrix A' diag(π) A / μ differs from the second derivative by the gradient's outer product over μ.
/// </summary>
internal sealed class LogSumExp : LinearOutputs
{
    private readonly double _softness;
    private readonly double[] _rows;
    private readonly double[] _offsets;

    public LogSumExp(int dimension, int rows, double softness, Seed seed)
        : base(dimension)
    {
        _softness = softness;
        var stream = new RandomStream(seed);
        _rows = [.. Enumerable.Range(0, rows * dimension).Select(_ => (2 * stream.NextDouble()) - 1)];
        _offsets = LearningData.Normal(stream, rows);
        var weights = new Real[rows];
        Weigh<Real>(new Real[dimension], weights);
        var mean = new double[dimension];
        for (var k = 0; k < rows; k++)
        {
            for (var i = 0; i < dimension; i++)
            {
                mean[i] += weights[k].Number * _rows[(k * dimension) + i];
            }
        }

        for (var k = 0; k < _rows.Length; k++)
        {
            _rows[k] -= mean[k % dimension];
        }
    }

    public override bool Models(CurvatureModel model) => model == CurvatureModel.GaussNewton;

    private protected override T Compute<T>(ReadOnlySpan<T> x, Span<T> gradient)
    {
        var weights = new T[_offsets.Length];
        var value = _softness * Weigh(x, weights);
        for (var k = 0; k < weights.Length && !gradient.IsEmpty; k++)
        {
            LearningData.Add(gradient, weights[k], Row(k));
        }

        return value;
    }

    private protected override void Multiply(
        CurvatureModel model, ReadOnlySpan<double> point, ReadOnlySpan<double> vector, Span<double> product)
    {
        var weights = new Real[_offsets.Length];
        Weigh<Real>(LearningData.Reals(point), weights);
        for (var k = 0; k < weights.Length; k++)
        {
            var row = Row(k);
            var along = 0.0;
            for (var i = 0; i < row.Length; i++)
            {
                along += row[i] * vector[i];
            }

            for (var i = 0; i < row.Length; i++)
            {
                product[i] += weights[k].Number * along / _softness * row[i];
            }
        }
    }

    private T Weigh<T>(ReadOnlySpan<T> x, Span<T> weights)
        where T : struct, IReal<T>
    {
        var most = double.NegativeInfinity;
        for (var k = 0; k < weights.Length; k++)
        {
            weights[k] = (LearningData.Dot(Row(k), x) - _offsets[k]) / _softness;
            most = Math.Max(most, weights[k].Number);
        }

        return LearningData.Soften(weights, most);
    }

    private ReadOnlySpan<double> Row(int k) => _rows.AsSpan(k * Dimension, Dimension);
}
