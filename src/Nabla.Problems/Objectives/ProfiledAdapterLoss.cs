using Nabla.Core;

namespace Nabla.Problems.Objectives;

/// <summary>
/// The population loss of Meta-LoRA on <see cref="PlantedTasks"/>, half the sum of |M_t - A - adapter_t|², as a function of the
/// adapters alone: the best base for given adapters is the mean of M_t - adapter_t.
/// </summary>
public sealed class ProfiledAdapterLoss : IObjective
{
    private readonly double[][] _matrices;
    private readonly int _size;
    private readonly int _rank;
    private readonly bool _symmetric;

    /// <summary>Makes the loss.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="rank">Columns of every factor of an adapter; at least 1.</param>
    /// <param name="symmetric">Whether adapters are U U', or else P Q'.</param>
    public ProfiledAdapterLoss(PlantedTasks tasks, int rank, bool symmetric)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        (_size, _rank, _symmetric) = (tasks.Dimension, rank, symmetric);
        _matrices = [.. Enumerable.Range(0, tasks.Count).Select(tasks.Matrix)];
    }

    /// <inheritdoc/>
    public int Dimension => _matrices.Length * PerTask;

    private int Factor => _size * _rank;

    private int PerTask => _symmetric ? Factor : 2 * Factor;

    /// <summary>The best base for given adapters, row after row.</summary>
    /// <param name="point">Task after task U, or P and Q, row after row.</param>
    public double[] Base(ReadOnlySpan<double> point)
    {
        var mean = new double[_size * _size];
        for (var t = 0; t < _matrices.Length; t++)
        {
            var rest = Rest(point, t);
            for (var i = 0; i < mean.Length; i++)
            {
                mean[i] += rest[i] / _matrices.Length;
            }
        }

        return mean;
    }

    /// <inheritdoc/>
    public double Value(ReadOnlySpan<double> point)
    {
        var mean = Base(point);
        double sum = 0;
        for (var t = 0; t < _matrices.Length; t++)
        {
            var rest = Rest(point, t);
            for (var i = 0; i < mean.Length; i++)
            {
                sum += (rest[i] - mean[i]) * (rest[i] - mean[i]);
            }
        }

        return sum / 2;
    }

    /// <inheritdoc/>
    public void Gradient(ReadOnlySpan<double> point, Span<double> gradient)
    {
        var mean = Base(point);
        for (var t = 0; t < _matrices.Length; t++)
        {
            var error = Rest(point, t);
            for (var i = 0; i < mean.Length; i++)
            {
                error[i] -= mean[i];
            }

            var (left, right) = Factors(point, t);
            var own = gradient.Slice(t * PerTask, PerTask);
            own.Clear();
            for (var i = 0; i < _size; i++)
            {
                for (var j = 0; j < _size; j++)
                {
                    for (var c = 0; c < _rank; c++)
                    {
                        // -E Q for P and -E' P for Q; where both are U the two add.
                        own[(i * _rank) + c] -= error[(i * _size) + j] * right[(j * _rank) + c];
                        own[PerTask - Factor + (j * _rank) + c] -= error[(i * _size) + j] * left[(i * _rank) + c];
                    }
                }
            }
        }
    }

    private (double[] Left, double[] Right) Factors(ReadOnlySpan<double> point, int task)
    {
        var own = point.Slice(task * PerTask, PerTask);
        return (own[..Factor].ToArray(), own[^Factor..].ToArray());
    }

    private double[] Rest(ReadOnlySpan<double> point, int task)
    {
        var own = point.Slice(task * PerTask, PerTask);
        var rest = PlantedTasks.Product(own[..Factor], own[^Factor..], _size, _rank);
        for (var i = 0; i < rest.Length; i++)
        {
            rest[i] = _matrices[task][i] - rest[i];
        }

        return rest;
    }
}
