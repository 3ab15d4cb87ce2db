namespace Nabla.Optimizers.Tests.Reference;

public sealed class LaPropTwin : IReferenceTwin
{
    public string Method => "laprop";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var b1 = (double)options["beta1"];
        var b2 = (double)options["beta2"];
        var eps = (double)options["epsilon"];
        var lambda = (double)options["weightDecay"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var u = new double[x.Length];
        var v = new double[x.Length];
        var mean = new double[x.Length];
        var max = new double[x.Length];
        for (var t = 1; t <= gradients.Length; t++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var g = gradients[t - 1][i];
                v[i] = (b2 * v[i]) + ((1 - b2) * g * g);
                mean[i] = (b2 * mean[i]) + ((1 - b2) * g);
                var spread = v[i];
                var waits = (bool)options["centered"] && t <= 10;
                if ((bool)options["centered"] && !waits)
                {
                    spread -= mean[i] * mean[i];
                }

                if ((bool)options["amsgrad"] && !waits)
                {
                    max[i] = Math.Max(max[i], spread);
                    spread = max[i];
                }

                u[i] = (b1 * u[i]) + ((1 - b1) * g / (Math.Sqrt(spread / (1 - Math.Pow(b2, t))) + eps));
                x[i] -= lr * u[i] / (1 - Math.Pow(b1, t));
                x[i] *= 1 - lambda;
            }

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
