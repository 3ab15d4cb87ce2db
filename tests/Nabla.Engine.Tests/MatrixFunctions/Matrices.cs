namespace Nabla.Engine.Tests.MatrixFunctions;

/// <summary>Seeded matrices with chosen singular values, and norms of differences, in double.</summary>
internal static class Matrices
{
    public static Tensor Gaussian(int seed, params long[] shape)
    {
        var stream = new RandomStream(Seed.From(seed).Derive("matrix"));
        var values = new double[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = stream.NextGaussian();
        }

        return Tensor.From<double>(values, shape);
    }

    /// <summary>U diag(values) Vᵀ of shape m×n with random orthonormal factors; also UVᵀ over the non-zero values.</summary>
    public static (Tensor Matrix, Tensor Polar) WithSingularValues(int seed, int m, int n, double[] values)
    {
        var k = values.Length;
        var u = Ops.LinalgQr(Gaussian(seed, m, k)).Q;
        var v = Ops.LinalgQr(Gaussian(seed + 1, n, k)).Q;
        var kept = Tensor.From<double>([.. values.Select(x => x > 0 ? 1.0 : 0)], k);
        return ((u * Tensor.From<double>(values, k)).Matmul(v.T()), (u * kept).Matmul(v.T()));
    }

    /// <summary>Q diag(values) Qᵀ, and the function of it.</summary>
    public static (Tensor Matrix, Tensor Image) Symmetric(int seed, double[] values, Func<double, double> function)
    {
        var q = Ops.LinalgQr(Gaussian(seed, values.Length, values.Length)).Q;
        Tensor Of(IEnumerable<double> diagonal) => (q * Tensor.From<double>([.. diagonal], values.Length)).Matmul(q.T());
        return (Of(values), Of(values.Select(function)));
    }

    /// <summary>From first to last, evenly in the logarithm.</summary>
    public static double[] Logarithmic(double first, double last, int count) =>
        [.. Enumerable.Range(0, count).Select(i => first * Math.Pow(last / first, i / Math.Max(1.0, count - 1)))];

    /// <summary>The operator norm of a difference.</summary>
    public static double Distance(Tensor a, Tensor b) =>
        Ops.LinalgSvdvals(a.To(DType.Float64) - b.To(DType.Float64)).ToArray<double>().DefaultIfEmpty(0).Max();
}
