using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Objectives;
using Nabla.Procedures.Solvers;

namespace Nabla.Experiments;

/// <summary>Retraining and adaptation in the linear model, by the population loss and on samples (arXiv:2410.22264).</summary>
public static class LinearMetaLearning
{
    // The recipe of the published experiments on samples, as reproduced independently.
    private const int OuterSteps = 3000;
    private const int InnerSteps = 10;
    private const double OuterRate = 0.03;
    private const double InnerRate = 0.003;
    private const double AdaptRate = 0.005;
    private const double StartDeviation = 0.1;

    /// <summary>Minimizes the population loss over base and adapters by L-BFGS, from small random adapters.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="symmetric">Whether adapters are U U', or else P Q'; their rank is that of the tasks.</param>
    /// <param name="seed">Fixes the start.</param>
    /// <returns>The base, the loss and how far the base is from the truth.</returns>
    public static LinearRecovery Recover(PlantedTasks tasks, bool symmetric, Seed seed)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var loss = new ProfiledAdapterLoss(tasks, tasks.Rank, symmetric);
        var start = PlantedTasks.Normals(loss.Dimension, StartDeviation, seed.Derive("adapters"));
        var found = new Lbfgs(new LbfgsOptions()).Minimize(loss, start, new StoppingRule { Iterations = 5000, Tolerance = 1e-10 });
        var adapted = loss.Base([.. found.BestPoint]);
        return new LinearRecovery(adapted, loss.Value([.. found.BestPoint]), RelativeError(adapted, tasks.Common));
    }

    /// <summary>The base of standard retraining on the population: the mean of the true matrices.</summary>
    /// <param name="tasks">The tasks.</param>
    public static double[] MeanMatrix(PlantedTasks tasks)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var mean = new double[tasks.Common.Count];
        for (var t = 0; t < tasks.Count; t++)
        {
            var matrix = tasks.Matrix(t);
            for (var i = 0; i < mean.Length; i++)
            {
                mean[i] += matrix[i] / tasks.Count;
            }
        }

        return mean;
    }

    /// <summary>Meta-LoRA on samples by the nested schedule, from a base of zeros and small symmetric adapters.</summary>
    /// <param name="samples">A set of samples for each task.</param>
    /// <param name="rank">The rank of the adapters; at least 1.</param>
    /// <param name="seed">Fixes the adapters.</param>
    /// <param name="steps">Steps of the base; at least 1.</param>
    /// <returns>The base, row after row.</returns>
    public static double[] Retrain(IReadOnlyList<LinearSamples> samples, int rank, Seed seed, int steps = OuterSteps)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        var d = samples[0].Dimension;
        var w = new double[d * d];
        double[][] factors = [.. samples.Select((_, t) => PlantedTasks.Normals(d * rank, StartDeviation, seed.Derive("adapter").Derive(t)))];
        var (gradient, sum, whole) = (new double[d * d], new double[d * d], new double[d * d]);
        for (var outer = 0; outer < steps; outer++)
        {
            sum.AsSpan().Clear();
            for (var t = 0; t < samples.Count; t++)
            {
                for (var inner = 0; inner < InnerSteps; inner++)
                {
                    Residual(samples[t], w, factors[t], factors[t], rank, whole, gradient);
                    Descend(gradient, factors[t], rank, d, InnerRate);
                }

                Residual(samples[t], w, factors[t], factors[t], rank, whole, gradient);
                for (var i = 0; i < sum.Length; i++)
                {
                    sum[i] += gradient[i];
                }
            }

            for (var i = 0; i < w.Length; i++)
            {
                w[i] -= OuterRate * sum[i];
            }
        }

        return w;
    }

    /// <summary>Fits an adapter P Q' to samples of a new task with the base at rest.</summary>
    /// <param name="based">The base, row after row.</param>
    /// <param name="samples">Samples of the new task.</param>
    /// <param name="rank">The rank of the adapter; at least 1.</param>
    /// <param name="seed">Fixes its start.</param>
    /// <returns>Base plus adapter, row after row.</returns>
    public static double[] Adapt(double[] based, LinearSamples samples, int rank, Seed seed)
    {
        ArgumentNullException.ThrowIfNull(based);
        ArgumentNullException.ThrowIfNull(samples);
        var d = samples.Dimension;
        var p = PlantedTasks.Normals(d * rank, StartDeviation, seed.Derive("left"));
        var q = PlantedTasks.Normals(d * rank, StartDeviation, seed.Derive("right"));
        var (gradient, whole) = (new double[d * d], new double[d * d]);
        for (var step = 0; step < OuterSteps; step++)
        {
            Residual(samples, based, p, q, rank, whole, gradient);
            var (left, right) = (Times(gradient, q, rank, d, transposed: false), Times(gradient, p, rank, d, transposed: true));
            for (var i = 0; i < p.Length; i++)
            {
                p[i] -= AdaptRate * left[i];
                q[i] -= AdaptRate * right[i];
            }
        }

        var product = PlantedTasks.Product(p, q, d, rank);
        return [.. based.Zip(product, (a, b) => a + b)];
    }

    /// <summary>The squared Frobenius norm of a difference.</summary>
    /// <param name="left">A matrix.</param>
    /// <param name="right">Another of its size.</param>
    public static double SquaredDistance(IReadOnlyList<double> left, IReadOnlyList<double> right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return left.Zip(right, (a, b) => (a - b) * (a - b)).Sum();
    }

    /// <summary>The eigenvalues of what a base lacks to a task, M - A, from the least; it is symmetric in this model.</summary>
    /// <param name="matrix">M, row after row.</param>
    /// <param name="based">A, row after row.</param>
    public static double[] Missing(IReadOnlyList<double> matrix, IReadOnlyList<double> based)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(based);
        var d = (int)Math.Round(Math.Sqrt(matrix.Count));
        using var scope = new TensorScope();
        return Tensor.From<double>([.. matrix.Zip(based, (a, b) => a - b)], d, d).LinalgEigh().Eigenvalues.ToDoubles();
    }

    private static double RelativeError(double[] found, IReadOnlyList<double> truth) =>
        Math.Sqrt(SquaredDistance(found, truth) / truth.Sum(x => x * x));

    private static void Residual(LinearSamples samples, double[] w, double[] left, double[] right, int rank, double[] whole, double[] gradient)
    {
        var d = samples.Dimension;
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j < d; j++)
            {
                var sum = w[(i * d) + j];
                for (var c = 0; c < rank; c++)
                {
                    sum += left[(i * rank) + c] * right[(j * rank) + c];
                }

                whole[(i * d) + j] = sum;
            }
        }

        samples.Gradient(whole, gradient);
    }

    private static void Descend(double[] gradient, double[] u, int rank, int d, double rate)
    {
        var (left, right) = (Times(gradient, u, rank, d, transposed: false), Times(gradient, u, rank, d, transposed: true));
        for (var i = 0; i < u.Length; i++)
        {
            u[i] -= rate * (left[i] + right[i]);
        }
    }

    private static double[] Times(double[] matrix, double[] factor, int rank, int d, bool transposed)
    {
        var product = new double[d * rank];
        for (var i = 0; i < d; i++)
        {
            for (var j = 0; j < d; j++)
            {
                var entry = matrix[(i * d) + j];
                var (row, column) = transposed ? (j, i) : (i, j);
                for (var c = 0; c < rank; c++)
                {
                    product[(row * rank) + c] += entry * factor[(column * rank) + c];
                }
            }
        }

        return product;
    }
}
