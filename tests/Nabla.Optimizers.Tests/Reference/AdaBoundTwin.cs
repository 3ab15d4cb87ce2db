namespace Nabla.Optimizers.Tests.Reference;

public sealed class AdaBoundTwin : IReferenceTwin
{
    public string Method => "adabound";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var b1 = (double)options["beta1"];
        var b2 = (double)options["beta2"];
        var eps = (double)options["epsilon"];
        var lambda = (double)options["weightDecay"];
        var last = (double)options["finalLearningRate"];
        var gamma = (double)options["gamma"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var m = new double[x.Length];
        var v = new double[x.Length];
        var max = new double[x.Length];
        for (var t = 1; t <= gradients.Length; t++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var g = gradients[t - 1][i] + (lambda * x[i]);
                m[i] = (b1 * m[i]) + ((1 - b1) * g);
                v[i] = (b2 * v[i]) + ((1 - b2) * g * g);
                max[i] = Math.Max(max[i], v[i]);
                var root = Math.Sqrt((bool)options["amsbound"] ? max[i] : v[i]) + eps;
                var rate = lr * Math.Sqrt(1 - Math.Pow(b2, t)) / (1 - Math.Pow(b1, t)) / root;
                x[i] -= Math.Clamp(rate, last * (1 - (1 / ((gamma * t) + 1))), last * (1 + (1 / (gamma * t)))) * m[i];
            }

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
