namespace Nabla.Optimizers.Tests.Reference;

public sealed class NAdamTwin : IReferenceTwin
{
    public string Method => "nadam";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var b1 = (double)options["beta1"];
        var b2 = (double)options["beta2"];
        var epsilon = (double)options["epsilon"];
        var lambda = (double)options["weightDecay"];
        var psi = (double)options["momentumDecay"];
        var product = 1.0;
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var m = new double[x.Length];
        var v = new double[x.Length];
        for (var t = 1; t <= gradients.Length; t++)
        {
            var mu = b1 * (1 - (0.5 * Math.Pow(0.96, t * psi)));
            var next = b1 * (1 - (0.5 * Math.Pow(0.96, (t + 1) * psi)));
            product *= mu;
            for (var i = 0; i < x.Length; i++)
            {
                var g = (bool)options["maximize"] ? -gradients[t - 1][i] : gradients[t - 1][i];
                g += lambda * x[i];
                m[i] = (b1 * m[i]) + ((1 - b1) * g);
                v[i] = (b2 * v[i]) + ((1 - b2) * g * g);
                var mean = (next * m[i] / (1 - (product * next))) + ((1 - mu) * g / (1 - product));
                x[i] -= lr * mean / (Math.Sqrt(v[i] / (1 - Math.Pow(b2, t))) + epsilon);
            }

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
