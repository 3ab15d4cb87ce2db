namespace Nabla.Optimizers.Tests.Reference;

public sealed class LionKTwin : IReferenceTwin
{
    public string Method => "lion-k";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var b1 = (double)options["beta1"];
        var b2 = (double)options["beta2"];
        var lambda = (double)options["weightDecay"];
        var e = (double)options["width"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var m = new double[x.Length];
        for (var t = 1; t <= gradients.Length; t++)
        {
            var g = gradients[t - 1];
            var z = g.Select((v, i) => (b1 * m[i]) + ((1 - b1) * v)).ToArray();
            var norm = Math.Sqrt(z.Sum(v => v * v));
            for (var i = 0; i < x.Length; i++)
            {
                var direction = (string)options["kappa"] switch
                {
                    "l1" => Math.Sign(z[i]),
                    "l2" => z[i] / norm,
                    "huber" => Math.Abs(z[i]) <= e ? z[i] / e : Math.Sign(z[i]),
                    "threshold" => Math.Abs(z[i]) <= e ? 0 : Math.Sign(z[i]),
                    "entropy" => Math.Tanh(z[i] / e),
                    _ => z[i],
                };
                x[i] -= lr * (direction + (lambda * x[i]));
                m[i] = (b2 * m[i]) + ((1 - b2) * g[i]);
            }
            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
