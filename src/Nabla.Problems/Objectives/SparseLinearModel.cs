using Nabla.Core;

namespace Nabla.Problems.Objectives;

/// <summary>
/// The mean loss of a linear model with a ridge and absolute values: (1/n) Σ ℓ(a_i'x, y_i) + ρ |x|²/2 + λ Σ |x_i|, with bounds if wanted.
/// </summary>
public sealed class SparseLinearModel : ILinearComposite
{
    private readonly LinearModelLoss _smooth;
    private readonly LossKind _loss;
    private readonly double[] _columns;
    private readonly double[] _labels;
    private readonly double[] _lower;
    private readonly double[] _upper;

    /// <summary>Makes the problem.</summary>
    /// <param name="rows">A, row by row: samples × dimension numbers.</param>
    /// <param name="labels">y: one number a sample; -1 or 1 for the logistic loss.</param>
    /// <param name="loss">The loss of a sample.</param>
    /// <param name="absoluteWeight">λ; 0 or above.</param>
    /// <param name="ridge">ρ; 0 or above.</param>
    /// <param name="lower">The least values; empty for none.</param>
    /// <param name="upper">The greatest values; empty for none.</param>
    /// <exception cref="ArgumentException">The numbers do not fit together.</exception>
    public SparseLinearModel(
        ReadOnlySpan<double> rows,
        ReadOnlySpan<double> labels,
        LossKind loss,
        double absoluteWeight,
        double ridge = 0,
        ReadOnlySpan<double> lower = default,
        ReadOnlySpan<double> upper = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(absoluteWeight);
        _smooth = new LinearModelLoss(rows, labels, loss, ridge);
        (_loss, AbsoluteWeight, SquareWeight) = (loss, absoluteWeight, ridge);
        (_labels, _lower, _upper) = (labels.ToArray(), lower.ToArray(), upper.ToArray());
        Bend = (loss == LossKind.Squared ? 1 : 0.25) / labels.Length;
        _columns = ColumnStore.Of(rows, labels.Length);
    }

    /// <inheritdoc/>
    public int Dimension => _smooth.Dimension;

    /// <inheritdoc/>
    public int Outputs => _labels.Length;

    /// <inheritdoc/>
    public double AbsoluteWeight { get; }

    /// <inheritdoc/>
    public double SquareWeight { get; }

    /// <inheritdoc/>
    public double Bend { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<double> Lower => _lower;

    /// <inheritdoc/>
    public ReadOnlySpan<double> Upper => _upper;

    /// <inheritdoc/>
    public double Curvature(int row, int column)
    {
        ReadOnlySpan<double> a = Column(row), b = Column(column);
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return (Bend * sum) + (row == column ? SquareWeight : 0);
    }

    /// <inheritdoc/>
    public double Value(ReadOnlySpan<double> point) => _smooth.Value(point);

    /// <inheritdoc/>
    public void Gradient(ReadOnlySpan<double> point, Span<double> gradient) => _smooth.Gradient(point, gradient);

    /// <inheritdoc/>
    public ReadOnlySpan<double> Column(int column) => _columns.AsSpan(column * Outputs, Outputs);

    /// <inheritdoc/>
    public double Slope(int output, double value) => SampleLoss.First(_loss, value, _labels[output]) / Outputs;
}
