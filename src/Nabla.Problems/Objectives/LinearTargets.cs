using Nabla.Core;

namespace Nabla.Problems.Objectives;

/// <summary>A linear model whose outputs are targets: one output a sample, with a loss against its label.</summary>
/// <param name="rows">A, row by row: samples × dimension numbers.</param>
/// <param name="labels">y: one number a sample; -1 or 1 for the logistic loss.</param>
/// <param name="loss">The loss of a sample.</param>
public sealed class LinearTargets(double[] rows, double[] labels, LossKind loss) : ITargetModel
{
    /// <inheritdoc/>
    public int Dimension => rows.Length / labels.Length;

    /// <inheritdoc/>
    public int Count => labels.Length;

    /// <inheritdoc/>
    public int TargetsPerSample => 1;

    /// <inheritdoc/>
    public void Targets(ReadOnlySpan<int> samples, ReadOnlySpan<double> point, Span<double> targets)
    {
        for (var k = 0; k < samples.Length; k++)
        {
            var row = rows.AsSpan(samples[k] * Dimension, Dimension);
            var sum = 0.0;
            for (var j = 0; j < row.Length; j++)
            {
                sum += row[j] * point[j];
            }

            targets[k] = sum;
        }
    }

    /// <inheritdoc/>
    public double Loss(ReadOnlySpan<int> samples, ReadOnlySpan<double> targets, Span<double> gradient)
    {
        var sum = 0.0;
        for (var k = 0; k < samples.Length; k++)
        {
            sum += SampleLoss.Value(loss, targets[k], labels[samples[k]]);
            if (!gradient.IsEmpty)
            {
                gradient[k] = SampleLoss.First(loss, targets[k], labels[samples[k]]);
            }
        }

        return sum / samples.Length;
    }

    /// <inheritdoc/>
    public void PullBack(
        ReadOnlySpan<int> samples, ReadOnlySpan<double> point, ReadOnlySpan<double> weights, Span<double> gradient)
    {
        gradient.Clear();
        for (var k = 0; k < samples.Length; k++)
        {
            var row = rows.AsSpan(samples[k] * Dimension, Dimension);
            for (var j = 0; j < row.Length; j++)
            {
                gradient[j] += weights[k] * row[j];
            }
        }
    }
}
