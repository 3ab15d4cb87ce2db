namespace Nabla.Optimizers.Tests.Reference;

public sealed class AdafactorTwin : IReferenceTwin
{
    public string Method => "adafactor";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var b1 = (double)options["beta1"];
        var d = (double)options["clipThreshold"];
        var floor = (double)options["epsilon1"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        // The tensor of the tests is square.
        var n = (int)Math.Sqrt(start.Length);
        var rows = new double[n];
        var columns = new double[n];
        var m = new double[x.Length];
        double Rms(IEnumerable<double> values) => Math.Sqrt(values.Average(v => v * v));
        for (var t = 1; t <= gradients.Length; t++)
        {
            var g = gradients[t - 1].Select(v => (bool)options["maximize"] ? -v : v).ToArray();
            var rate = (bool)options["relativeStep"] ? Math.Min(lr, 1 / Math.Sqrt(t)) : lr;
            rate = (bool)options["warmupInit"] ? Math.Min(rate, 1e-6 * t) : rate;
            rate *= (bool)options["scaleParameter"] ? Math.Max((double)options["epsilon2"], Rms(x)) : 1;
            var b2 = 1 - Math.Pow(t, (double)options["decayRate"]);
            for (var i = 0; i < n; i++)
            {
                rows[i] = (b2 * rows[i]) + ((1 - b2) * Enumerable.Range(0, n).Average(j => (g[(i * n) + j] * g[(i * n) + j]) + floor));
                columns[i] = (b2 * columns[i]) + ((1 - b2) * Enumerable.Range(0, n).Average(j => (g[(j * n) + i] * g[(j * n) + i]) + floor));
            }

            var u = g.Select((v, k) => v / Math.Sqrt(rows[k / n] * columns[k % n] / rows.Average())).ToArray();
            var clip = Math.Max(1, Rms(u) / d);
            for (var k = 0; k < x.Length; k++)
            {
                var step = rate * u[k] / clip;
                m[k] = (b1 * m[k]) + ((1 - b1) * step);
                x[k] -= (rate * (double)options["weightDecay"] * x[k]) + (b1 > 0 ? m[k] : step);
            }

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
