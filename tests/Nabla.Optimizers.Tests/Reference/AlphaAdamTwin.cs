namespace Nabla.Optimizers.Tests.Reference;

public sealed class AlphaAdamTwin : IReferenceTwin
{
    public string Method => "alphaadam";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var b1 = (double)options["beta1"];
        var b2 = (double)options["beta2"];
        var eps = (double)options["epsilon"];
        var lambda = (double)options["weightDecay"];
        var alpha = (double)options["alpha"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var m = new double[x.Length];
        var v = new double[x.Length];
        for (var t = 1; t <= gradients.Length; t++)
        {
            var g = gradients[t - 1];
            var u = new double[x.Length];
            var kept = new bool[x.Length];
            for (var i = 0; i < x.Length; i++)
            {
                kept[i] = (string)options["mask"] == "all" || m[i] == 0 || g[i] == 0 || m[i] > 0 == g[i] > 0;
                m[i] = (b1 * m[i]) + ((1 - b1) * g[i]);
                v[i] = (b2 * v[i]) + ((1 - b2) * g[i] * g[i]);
                u[i] = m[i] / (1 - Math.Pow(b1, t)) / (Math.Sqrt(v[i] / (1 - Math.Pow(b2, t))) + eps);
            }

            var strength = alpha;
            if ((bool)options["dynamicAlpha"])
            {
                var rest = u.Where((_, i) => kept[i]).Sum(a => a * a);
                strength *= rest > 0 ? Math.Sqrt(u.Sum(a => a * a) / rest) : 0;
            }

            for (var i = 0; i < x.Length; i++)
            {
                x[i] -= lr * lambda * x[i];
                x[i] -= kept[i] ? lr * strength * u[i] : 0;
            }
            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
