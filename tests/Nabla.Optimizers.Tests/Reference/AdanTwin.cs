namespace Nabla.Optimizers.Tests.Reference;

public sealed class AdanTwin : IReferenceTwin
{
    public string Method => "adan";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var b1 = (double)options["beta1"];
        var b2 = (double)options["beta2"];
        var b3 = (double)options["beta3"];
        var eps = (double)options["epsilon"];
        var lambda = (double)options["weightDecay"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var m = new double[x.Length];
        var d = new double[x.Length];
        var n = new double[x.Length];
        for (var t = 1; t <= gradients.Length; t++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var g = gradients[t - 1][i];
                var change = t == 1 ? 0 : g - gradients[t - 2][i];
                m[i] = (b1 * m[i]) + ((1 - b1) * g);
                d[i] = (b2 * d[i]) + ((1 - b2) * change);
                n[i] = (b3 * n[i]) + ((1 - b3) * Math.Pow(g + (b2 * change), 2));
                var rate = lr / (Math.Sqrt(n[i] / (1 - Math.Pow(b3, t))) + eps);
                var step = rate * ((m[i] / (1 - Math.Pow(b1, t))) + (b2 * d[i] / (1 - Math.Pow(b2, t))));
                x[i] = (bool)options["noProx"] ? (x[i] * (1 - (lr * lambda))) - step : (x[i] - step) / (1 + (lr * lambda));
            }

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
