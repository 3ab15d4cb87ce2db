using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Optimizers.Tests.Catalogue;

/// <summary>Whether a method goes down on an ill-conditioned quadratic, without noise and with it.</summary>
internal static class DescentCheck
{
    private static readonly double[] s_scale = [1, 10, 100];
    private static readonly double[] s_start = [1.5, -2, 0.7];

    /// <summary>Says what is wrong, or null where the method descends.</summary>
    /// <param name="options">
    /// The method at several rates, of which one must do: what a rate means differs between methods by orders of magnitude,
    /// and a user would try.
    /// </param>
    /// <param name="takesVectors">Whether the method takes a vector; otherwise it gets a matrix of one column.</param>
    public static string? Failure(IReadOnlyList<MethodOptions> options, bool takesVectors = true)
    {
        // Some methods are made for gradients below one; their user would scale the loss.
        double[] units = [1, 0.01];
        foreach (var noise in new[] { 0.0, 0.1 })
        {
            if (!units.Any(unit => options.Any(o => Descends(o, takesVectors, noise, unit))))
            {
                return $"with noise {noise} did not descend.";
            }
        }

        return null;
    }

    private static bool Descends(MethodOptions options, bool takesVectors, double noise, double unit)
    {
        var stream = new RandomStream(Seed.From(5).Derive("noise"));
        long[] shape = takesVectors ? [3] : [3, 1];
        using var parameter = new Parameter(
            "x", Tensor.From<double>(s_start, shape), takesVectors ? ParameterRoles.Vector : ParameterRoles.Matrix);
        using var optimizer = Optimizer.Create(ParameterGroups.Of([parameter]).AssignRest(options));
        for (var step = 0; step < 400; step++)
        {
            var x = parameter.Value.ToArray<double>();
            if (!x.All(double.IsFinite))
            {
                return false; // The rate is too large for this method, and the next may not be.
            }

            using var gradient = Tensor.From<double>(
                [.. x.Select((v, i) => unit * ((s_scale[i] * v) + (noise * stream.NextGaussian())))], shape);
            parameter.Value.Gradient = gradient;
            optimizer.Step();
        }

        return Value(parameter.Value.ToArray<double>()) < 0.2 * Value(s_start);
    }

    private static double Value(double[] x) => x.Select((v, i) => s_scale[i] * v * v).Sum();
}
