namespace Nabla.Optimizers.Tests.Reference;

public sealed class LambTwin : IReferenceTwin
{
    public string Method => "lamb";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var b1 = (double)options["beta1"];
        var b2 = (double)options["beta2"];
        var epsilon = (double)options["epsilon"];
        var lambda = (double)options["weightDecay"];
        var clamp = (double)options["clampValue"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var m = new double[x.Length];
        var v = new double[x.Length];
        for (var t = 1; t <= gradients.Length; t++)
        {
            var correction1 = (bool)options["biasCorrection"] ? 1 - Math.Pow(b1, t) : 1;
            var correction2 = (bool)options["biasCorrection"] ? 1 - Math.Pow(b2, t) : 1;
            var d = new double[x.Length];
            for (var i = 0; i < x.Length; i++)
            {
                var g = (bool)options["maximize"] ? -gradients[t - 1][i] : gradients[t - 1][i];
                m[i] = (b1 * m[i]) + ((1 - b1) * g);
                v[i] = (b2 * v[i]) + ((1 - b2) * g * g);
                d[i] = (m[i] / correction1 / (Math.Sqrt(v[i] / correction2) + epsilon)) + (lambda * x[i]);
            }

            var size = Math.Sqrt(x.Sum(w => w * w));
            size = clamp > 0 ? Math.Min(size, clamp) : size;
            var trust = size / Math.Sqrt(d.Sum(w => w * w));
            trust = (bool)options["trustClip"] ? Math.Min(trust, 1) : trust;
            x = [.. x.Zip(d, (w, u) => w - (lr * trust * u))];
            result[t - 1] = x;
        }

        return result;
    }
}
