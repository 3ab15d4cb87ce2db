namespace Nabla.Optimizers.Tests.Reference;

public sealed class YogiTwin : IReferenceTwin
{
    public string Method => "yogi";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var b1 = (double)options["beta1"];
        var b2 = (double)options["beta2"];
        var epsilon = (double)options["epsilon"];
        var lambda = (double)options["weightDecay"];
        var begin = (double)options["initialAccumulator"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var m = Enumerable.Repeat(begin, x.Length).ToArray();
        var v = Enumerable.Repeat(begin, x.Length).ToArray();
        for (var t = 1; t <= gradients.Length; t++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var g = (bool)options["maximize"] ? -gradients[t - 1][i] : gradients[t - 1][i];
                g += lambda * x[i];
                m[i] = (b1 * m[i]) + ((1 - b1) * g);
                v[i] -= (1 - b2) * Math.Sign(v[i] - (g * g)) * g * g;
                var mean = m[i] / (1 - Math.Pow(b1, t));
                x[i] -= lr * mean / (Math.Sqrt(v[i] / (1 - Math.Pow(b2, t))) + epsilon);
            }

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
