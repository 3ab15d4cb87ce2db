using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Claims.Matrix;

/// <summary>
/// The paper's experiment: f(X) = mean over k of |a_k| (1 - 0.9 cos 3 a_k) + 0.5 with a_k = ⟨A_k, X⟩, Gaussian A_k and
/// start, X of 20×20, 100 terms, deterministic gradients.
/// </summary>
internal static class RobustMatrixSensing
{
    private const int Side = 20;
    private const int Terms = 100;

    /// <summary>The loss before each step.</summary>
    public static double[] Run(MethodOptions method, int steps, Seed seed, CancellationToken cancellationToken)
    {
        using var scope = new TensorScope();
        var measurements = Gaussian(seed.Derive("measurements"), Terms, Side * Side);
        var x = new Parameter("x", Gaussian(seed.Derive("start"), Side, Side), ParameterRoles.Matrix);
        using var optimizer = Optimizer.Create(
            ParameterGroups.Of([x]).AssignRest(method), new ExecutionOptions { Threads = 1 });
        var losses = new double[steps];
        for (var step = 0; step < steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var inner = new TensorScope();
            var a = measurements.Matmul(x.Value.Detach().Reshape(Side * Side));
            var values = a.ToArray<double>();
            losses[step] = values.Average(v => (Math.Abs(v) * (1 - (0.9 * Math.Cos(3 * v)))) + 0.5);
            var slopes = values.Select(v =>
                ((Math.Sign(v) * (1 - (0.9 * Math.Cos(3 * v)))) + (2.7 * Math.Abs(v) * Math.Sin(3 * v))) / Terms);
            x.Value.Gradient = Tensor.From<double>([.. slopes], Terms).Matmul(measurements).Reshape(Side, Side);
            optimizer.Step();
        }

        return losses;
    }

    private static Tensor Gaussian(Seed seed, params long[] shape)
    {
        var stream = new RandomStream(seed);
        var values = new double[shape.Aggregate(1L, (p, q) => p * q)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = stream.NextGaussian();
        }

        return Tensor.From<double>(values, shape);
    }
}
