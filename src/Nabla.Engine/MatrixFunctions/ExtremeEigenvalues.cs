namespace Nabla.Engine;

/// <summary>Largest and smallest eigenvalues of symmetric matrices or operators, by products with vectors alone.</summary>
public static class ExtremeEigenvalues
{
    /// <summary>
    /// The largest absolute eigenvalue by power iteration from a fixed start; at most the true one, and within
    /// (1 - gap)^(2·steps) of it, where gap is the relative distance to the next.
    /// </summary>
    /// <param name="a">Symmetric, shape (…, n, n), n at least 1.</param>
    /// <param name="steps">Products; at least 1.</param>
    /// <returns>The Rayleigh quotients' absolute values, shape (…).</returns>
    /// <exception cref="ArgumentException">It is no square matrix, of another type, or not finite.</exception>
    public static Tensor PowerIteration(Tensor a, int steps = 50)
    {
        MatrixBatch.Check(a, nameof(a), square: true);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        using var scope = new TensorScope();
        var shape = a.Shape;
        var v = Start(shape[^1], a.DType, a.Device).Unsqueeze(-1);
        Tensor? quotient = null;
        for (var step = 0; step < steps; step++)
        {
            using var inner = new TensorScope();
            var image = a.Matmul(v);
            quotient = (v * image).Sum([-2, -1]).Abs().MoveToOuter();
            v = MatrixBatch.Normalized(image).Unit.MoveToOuter();
        }

        return quotient!.MoveToOuter();
    }

    /// <summary>
    /// Smallest and largest eigenvalue of a symmetric operator by Lanczos' method with full reorthogonalization, in
    /// double; both lie inside the spectrum and converge to its ends; exact after n steps.
    /// </summary>
    /// <param name="product">Writes the operator's product with the first vector to the second; both of length <paramref name="n"/>.</param>
    /// <param name="n">The dimension; at least 1.</param>
    /// <param name="steps">Products; at least 1; more than <paramref name="n"/> are not made.</param>
    /// <param name="seed">Seed of the start.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static (double Smallest, double Largest) Lanczos(
        Action<ReadOnlyMemory<double>, Memory<double>> product, int n, int steps, Seed seed)
    {
        ArgumentNullException.ThrowIfNull(product);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        steps = Math.Min(steps, n);
        var stream = new RandomStream(seed);
        var basis = new List<double[]>();
        var v = new double[n];
        for (var i = 0; i < n; i++)
        {
            v[i] = stream.NextGaussian();
        }

        Scale(v, 1 / Norm(v));
        var (diagonal, off) = (new List<double>(), new List<double>());
        var image = new double[n];
        for (var step = 0; step < steps; step++)
        {
            basis.Add([.. v]);
            product(v, image);
            diagonal.Add(Dot(v, image));

            // Twice is enough: once leaves errors of the size that cancellation made.
            for (var pass = 0; pass < 2; pass++)
            {
                foreach (var earlier in basis)
                {
                    var along = Dot(earlier, image);
                    for (var i = 0; i < n; i++)
                    {
                        image[i] -= along * earlier[i];
                    }
                }
            }

            var beta = Norm(image);
            if (step == steps - 1 || beta <= 1e-14 * Math.Max(1e-300, diagonal.Max(Math.Abs)))
            {
                break; // The Krylov space is whole.
            }

            off.Add(beta);
            for (var i = 0; i < n; i++)
            {
                v[i] = image[i] / beta;
            }
        }

        return Ends(diagonal, off);
    }

    private static (double Smallest, double Largest) Ends(List<double> diagonal, List<double> off)
    {
        using var scope = new TensorScope();
        var k = diagonal.Count;
        var values = new double[k * k];
        for (var i = 0; i < k; i++)
        {
            values[(i * k) + i] = diagonal[i];
            if (i + 1 < k)
            {
                values[(i * k) + i + 1] = values[((i + 1) * k) + i] = off[i];
            }
        }

        var eigenvalues = Tensor.From<double>(values, k, k).LinalgEigvalsh().ToArray<double>();
        return (eigenvalues[0], eigenvalues[^1]);
    }

    // Fixed and without symmetry: a constant vector is orthogonal to too many eigenvectors seen in practice.
    private static Tensor Start(long n, DType type, Device device)
    {
        var stream = new RandomStream(Seed.From(0).Derive("power iteration"));
        var values = new double[n];
        for (var i = 0; i < n; i++)
        {
            values[i] = stream.NextGaussian();
        }

        Scale(values, 1 / Norm(values));
        return Tensor.From<double>(values, n).To(device, type);
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double Norm(double[] a) => Math.Sqrt(Dot(a, a));

    private static void Scale(double[] a, double factor)
    {
        for (var i = 0; i < a.Length; i++)
        {
            a[i] *= factor;
        }
    }
}
