using Nabla.Core;

namespace Nabla.Problems.Objectives;

/// <summary>
/// The mean loss of a linear model, with a ridge: (1/n) Σ ℓ(a_i'x, y_i) + ρ |x|² / 2. The ridge belongs to every sample.
/// Its matrix is B = A'A / n + ρ I.
/// </summary>
public sealed class LinearModelLoss : ICurvedFiniteSum, IScaledObjective, ICurvedObjective, IModelledCurvature
{
    private readonly double[] _rows;
    private readonly double[] _labels;
    private readonly LossKind _loss;
    private readonly double _ridge;
    private readonly int[] _all;

    /// <summary>Makes the problem.</summary>
    /// <param name="rows">A, row by row: samples × dimension numbers.</param>
    /// <param name="labels">y: one number a sample; -1 or 1 for the logistic loss.</param>
    /// <param name="loss">The loss of a sample.</param>
    /// <param name="ridge">ρ; 0 or above.</param>
    /// <exception cref="ArgumentException">The numbers do not fit together.</exception>
    public LinearModelLoss(ReadOnlySpan<double> rows, ReadOnlySpan<double> labels, LossKind loss, double ridge = 0)
    {
        if (labels.IsEmpty || rows.IsEmpty || rows.Length % labels.Length != 0)
        {
            throw new ArgumentException(
                $"There are {rows.Length} numbers in rows and {labels.Length} labels. Give the same count of numbers for each label.",
                nameof(rows));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(ridge);
        (_rows, _labels, _loss, _ridge) = (rows.ToArray(), labels.ToArray(), loss, ridge);
        Dimension = rows.Length / labels.Length;
        _all = [.. Enumerable.Range(0, labels.Length)];
    }

    /// <inheritdoc cref="IFiniteSum.Dimension"/>
    public int Dimension { get; }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public double Value(ReadOnlySpan<double> point) => Value(_all, point);

    /// <inheritdoc/>
    public void Gradient(ReadOnlySpan<double> point, Span<double> gradient) => Gradient(_all, point, gradient);

    /// <inheritdoc/>
    public double Value(ReadOnlySpan<int> samples, ReadOnlySpan<double> point)
    {
        var sum = 0.0;
        foreach (var i in samples)
        {
            sum += SampleLoss.Value(_loss, Output(i, point), _labels[i]);
        }

        var square = 0.0;
        foreach (var x in point)
        {
            square += x * x;
        }

        return (sum / samples.Length) + (_ridge * square / 2);
    }

    /// <inheritdoc/>
    public void Gradient(ReadOnlySpan<int> samples, ReadOnlySpan<double> point, Span<double> gradient)
    {
        for (var j = 0; j < gradient.Length; j++)
        {
            gradient[j] = _ridge * point[j];
        }

        foreach (var i in samples)
        {
            AddRow(gradient, SampleLoss.First(_loss, Output(i, point), _labels[i]) / samples.Length, i);
        }
    }

    /// <inheritdoc/>
    public void AlongDirection(
        ReadOnlySpan<int> samples,
        ReadOnlySpan<double> point,
        ReadOnlySpan<double> direction,
        Span<double> first,
        Span<double> second)
    {
        second.Clear();
        for (var j = 0; j < first.Length; j++)
        {
            first[j] = _ridge * direction[j];
        }

        foreach (var i in samples)
        {
            var output = Output(i, point);
            var along = Output(i, direction);
            AddRow(first, SampleLoss.Second(_loss, output, _labels[i]) * along / samples.Length, i);
            AddRow(second, SampleLoss.Third(_loss, output, _labels[i]) * along * along / samples.Length, i);
        }
    }

    /// <inheritdoc/>
    public void Scale(ReadOnlySpan<double> vector, Span<double> result)
    {
        for (var j = 0; j < result.Length; j++)
        {
            result[j] = _ridge * vector[j];
        }

        for (var i = 0; i < Count; i++)
        {
            AddRow(result, Output(i, vector) / Count, i);
        }
    }

    /// <inheritdoc/>
    public void HessianTimes(ReadOnlySpan<double> point, ReadOnlySpan<double> vector, Span<double> product) =>
        Weigh(point, vector, product, (output, label) => SampleLoss.Second(_loss, output, label));

    /// <inheritdoc/>
    /// <remarks>Gauss and Newton's matrix is the second derivative, as outputs are linear. The ridge is exact in Fisher's too.</remarks>
    public bool Models(CurvatureModel model) => model is CurvatureModel.GaussNewton or CurvatureModel.Fisher;

    /// <inheritdoc/>
    public void ModelTimes(CurvatureModel model, ReadOnlySpan<double> point, ReadOnlySpan<double> vector, Span<double> product)
    {
        if (model == CurvatureModel.Fisher)
        {
            Weigh(point, vector, product, (output, label) => Math.Pow(SampleLoss.First(_loss, output, label), 2));
        }
        else if (Models(model))
        {
            HessianTimes(point, vector, product);
        }
        else
        {
            throw new NotSupportedException($"A linear model gives no {model} matrix here. Call HessianTimes.");
        }
    }

    private void Weigh(
        ReadOnlySpan<double> point, ReadOnlySpan<double> vector, Span<double> product, Func<double, double, double> weight)
    {
        for (var j = 0; j < product.Length; j++)
        {
            product[j] = _ridge * vector[j];
        }

        for (var i = 0; i < Count; i++)
        {
            AddRow(product, weight(Output(i, point), _labels[i]) * Output(i, vector) / Count, i);
        }
    }

    private double Output(int sample, ReadOnlySpan<double> point)
    {
        var row = _rows.AsSpan(sample * Dimension, Dimension);
        var sum = 0.0;
        for (var j = 0; j < row.Length; j++)
        {
            sum += row[j] * point[j];
        }

        return sum;
    }

    private void AddRow(Span<double> target, double factor, int sample)
    {
        var row = _rows.AsSpan(sample * Dimension, Dimension);
        for (var j = 0; j < row.Length; j++)
        {
            target[j] += factor * row[j];
        }
    }
}
