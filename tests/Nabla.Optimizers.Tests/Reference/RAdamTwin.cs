namespace Nabla.Optimizers.Tests.Reference;

public sealed class RAdamTwin : IReferenceTwin
{
    public string Method => "radam";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var b1 = (double)options["beta1"];
        var b2 = (double)options["beta2"];
        var epsilon = (double)options["epsilon"];
        var lambda = (double)options["weightDecay"];
        var most = (2 / (1 - b2)) - 1;
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var m = new double[x.Length];
        var v = new double[x.Length];
        for (var t = 1; t <= gradients.Length; t++)
        {
            var rho = most - (2 * t * Math.Pow(b2, t) / (1 - Math.Pow(b2, t)));
            for (var i = 0; i < x.Length; i++)
            {
                var g = (bool)options["maximize"] ? -gradients[t - 1][i] : gradients[t - 1][i];
                g += lambda * x[i];
                m[i] = (b1 * m[i]) + ((1 - b1) * g);
                v[i] = (b2 * v[i]) + ((1 - b2) * g * g);
                var mean = m[i] / (1 - Math.Pow(b1, t));
                if (rho > 5)
                {
                    var length = Math.Sqrt(1 - Math.Pow(b2, t)) / (Math.Sqrt(v[i]) + epsilon);
                    var rectification = Math.Sqrt((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho));
                    x[i] -= lr * rectification * mean * length;
                }
                else
                {
                    x[i] -= lr * mean;
                }
            }

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
