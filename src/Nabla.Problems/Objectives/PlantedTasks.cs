using Nabla.Engine;

namespace Nabla.Problems.Objectives;

/// <summary>
/// Linear regression tasks that differ from a common matrix by symmetric matrices of low rank: y = (A + U_t U_t') x, the model in
/// which Meta-LoRA is understood (arXiv:2410.22264). Matrices are row after row.
/// </summary>
public sealed class PlantedTasks
{
    /// <summary>Takes over the parts.</summary>
    /// <param name="dimension">d: rows and columns; at least 1.</param>
    /// <param name="rank">k: columns of every factor; at least 1.</param>
    /// <param name="common">A, d × d numbers.</param>
    /// <param name="factors">U_t, d × k numbers each; at least one.</param>
    /// <exception cref="ArgumentException">A size does not fit.</exception>
    public PlantedTasks(int dimension, int rank, double[] common, IReadOnlyList<double[]> factors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        ArgumentNullException.ThrowIfNull(common);
        ArgumentNullException.ThrowIfNull(factors);
        if (common.Length != dimension * dimension || factors.Count == 0 || factors.Any(factor => factor.Length != dimension * rank))
        {
            throw new ArgumentException(
                $"A common matrix of {dimension} × {dimension} numbers and at least one factor of {dimension} × {rank} were expected.", nameof(factors));
        }

        (Dimension, Rank, Common, Factors) = (dimension, rank, common, factors);
    }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>k.</summary>
    public int Rank { get; }

    /// <summary>A, row after row.</summary>
    public IReadOnlyList<double> Common { get; }

    /// <summary>U_t, row after row.</summary>
    public IReadOnlyList<double[]> Factors { get; }

    /// <summary>T: how many tasks there are.</summary>
    public int Count => Factors.Count;

    /// <summary>Tasks of standard normal numbers.</summary>
    /// <param name="dimension">d; at least 1.</param>
    /// <param name="rank">k; at least 1.</param>
    /// <param name="count">T; at least 1.</param>
    /// <param name="seed">Fixes all numbers; more tasks of one seed begin with the fewer.</param>
    public static PlantedTasks Draw(int dimension, int rank, int count, Seed seed) => new(
        dimension,
        rank,
        Normals(dimension * dimension, 1, seed.Derive("common")),
        [.. Enumerable.Range(0, count).Select(t => Normals(dimension * rank, 1, seed.Derive("task").Derive(t)))]);

    /// <summary>The matrix of a task, A + U_t U_t'.</summary>
    /// <param name="task">Its number, from 0.</param>
    public double[] Matrix(int task)
    {
        var matrix = Product(Factors[task], Factors[task], Dimension, Rank);
        for (var i = 0; i < matrix.Length; i++)
        {
            matrix[i] += Common[i];
        }

        return matrix;
    }

    /// <summary>P Q'.</summary>
    /// <param name="left">P, d × k, row after row.</param>
    /// <param name="right">Q, d × k, row after row.</param>
    /// <param name="dimension">d.</param>
    /// <param name="rank">k.</param>
    public static double[] Product(ReadOnlySpan<double> left, ReadOnlySpan<double> right, int dimension, int rank)
    {
        var product = new double[dimension * dimension];
        for (var i = 0; i < dimension; i++)
        {
            for (var j = 0; j < dimension; j++)
            {
                double sum = 0;
                for (var c = 0; c < rank; c++)
                {
                    sum += left[(i * rank) + c] * right[(j * rank) + c];
                }

                product[(i * dimension) + j] = sum;
            }
        }

        return product;
    }

    /// <summary>Independent normal numbers.</summary>
    /// <param name="count">How many.</param>
    /// <param name="deviation">Their deviation.</param>
    /// <param name="seed">Fixes them.</param>
    public static double[] Normals(int count, double deviation, Seed seed)
    {
        var random = new RandomStream(seed);
        var numbers = new double[count];
        for (var i = 0; i < count; i++)
        {
            numbers[i] = deviation * random.NextGaussian();
        }

        return numbers;
    }
}
