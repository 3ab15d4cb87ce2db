using Nabla.Engine;

namespace Nabla.Experiments;

/// <summary>
/// What a least-squares loss over samples knows of them: S = X'X / N and C = Y'X / N, for which the gradient of the loss at W is
/// W S - C.
/// </summary>
public sealed class LinearSamples
{
    private LinearSamples(int dimension, double[] inputs, double[] products) =>
        (Dimension, Inputs, Products) = (dimension, inputs, products);

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>S, row after row.</summary>
    public IReadOnlyList<double> Inputs { get; }

    /// <summary>C, row after row.</summary>
    public IReadOnlyList<double> Products { get; }

    /// <summary>Standard normal inputs and answers with noise.</summary>
    /// <param name="matrix">The true matrix, d × d, row after row.</param>
    /// <param name="count">N; at least 1.</param>
    /// <param name="noise">The deviation of the noise in every answer; 0 or above.</param>
    /// <param name="seed">Fixes inputs and noise.</param>
    public static LinearSamples Draw(double[] matrix, int count, double noise, Seed seed)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(noise);
        var d = (int)Math.Round(Math.Sqrt(matrix.Length));
        var random = new RandomStream(seed);
        var (inputs, products) = (new double[d * d], new double[d * d]);
        var (x, y) = (new double[d], new double[d]);
        for (var n = 0; n < count; n++)
        {
            for (var i = 0; i < d; i++)
            {
                x[i] = random.NextGaussian();
            }

            for (var i = 0; i < d; i++)
            {
                y[i] = noise * random.NextGaussian();
                for (var j = 0; j < d; j++)
                {
                    y[i] += matrix[(i * d) + j] * x[j];
                }
            }

            for (var i = 0; i < d; i++)
            {
                for (var j = 0; j < d; j++)
                {
                    inputs[(i * d) + j] += x[i] * x[j] / count;
                    products[(i * d) + j] += y[i] * x[j] / count;
                }
            }
        }

        return new LinearSamples(d, inputs, products);
    }

    /// <summary>The least-squares matrix of several sets of samples together, each with the same weight, row after row.</summary>
    /// <param name="sets">The sets; together they determine the matrix.</param>
    public static double[] LeastSquares(IReadOnlyList<LinearSamples> sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        var d = sets[0].Dimension;
        double[] Sum(Func<LinearSamples, IReadOnlyList<double>> part) =>
            [.. Enumerable.Range(0, d * d).Select(i => sets.Sum(set => part(set)[i]))];
        using var scope = new TensorScope();
        // W S = C, so S' W' = C', and S is symmetric.
        return Ops.LinalgSolve(Tensor.From<double>(Sum(set => set.Inputs), d, d), Tensor.From<double>(Sum(set => set.Products), d, d).T()).T().Contiguous().ToDoubles();
    }

    /// <summary>The gradient of half the mean squared error at a matrix.</summary>
    /// <param name="matrix">W, row after row.</param>
    /// <param name="gradient">Overwritten with W S - C.</param>
    public void Gradient(ReadOnlySpan<double> matrix, Span<double> gradient)
    {
        var (s, c) = ((double[])Inputs, (double[])Products);
        c.CopyTo(gradient);
        for (var i = 0; i < Dimension; i++)
        {
            var row = gradient.Slice(i * Dimension, Dimension);
            for (var j = 0; j < Dimension; j++)
            {
                row[j] = -row[j];
            }

            for (var m = 0; m < Dimension; m++)
            {
                var weight = matrix[(i * Dimension) + m];
                var other = s.AsSpan(m * Dimension, Dimension);
                for (var j = 0; j < Dimension; j++)
                {
                    row[j] += weight * other[j];
                }
            }
        }
    }
}
