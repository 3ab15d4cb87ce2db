namespace Nabla.Optimizers.Tests.Reference;

public sealed class MvnGradTwin : IReferenceTwin
{
    public string Method => "mvn-grad";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var b1 = (double)options["beta1"];
        var b2 = (double)options["beta2"];
        var lambda = (double)options["weightDecay"];
        var coupled = (string)options["weightDecayKind"] == "coupled";
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var m = new double[x.Length];
        var v = new double[x.Length];
        var u = new double[x.Length];
        for (var t = 1; t <= gradients.Length; t++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var g = (bool)options["maximize"] ? -gradients[t - 1][i] : gradients[t - 1][i];
                g += coupled ? lambda * x[i] : 0;
                var before = m[i];
                m[i] = (b1 * m[i]) + ((1 - b1) * g);
                var r = g - ((string)options["mean"] == "previous" ? before : m[i]);
                v[i] = (b2 * v[i]) + ((1 - b2) * r * r) + (double)options["varianceFloor"];
                var z = g / (Math.Sqrt(v[i] / (1 - Math.Pow(b2, t))) + (double)options["epsilon"]);
                u[i] = (b1 * u[i]) + ((1 - b1) * z);
                x[i] *= coupled ? 1 : 1 - (lr * lambda);
                x[i] -= lr * u[i] / (1 - Math.Pow(b1, t));
            }

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
