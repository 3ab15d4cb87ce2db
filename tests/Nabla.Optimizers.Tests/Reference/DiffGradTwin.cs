namespace Nabla.Optimizers.Tests.Reference;

public sealed class DiffGradTwin : IReferenceTwin
{
    public string Method => "diffgrad";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var b1 = (double)options["beta1"];
        var b2 = (double)options["beta2"];
        var eps = (double)options["epsilon"];
        var lambda = (double)options["weightDecay"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var m = new double[x.Length];
        var v = new double[x.Length];
        var before = new double[x.Length];
        for (var t = 1; t <= gradients.Length; t++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var g = gradients[t - 1][i] + (lambda * x[i]);
                m[i] = (b1 * m[i]) + ((1 - b1) * g);
                v[i] = (b2 * v[i]) + ((1 - b2) * g * g);
                var friction = 1 / (1 + Math.Exp(-Math.Abs(before[i] - g)));
                before[i] = g;
                var rate = lr * Math.Sqrt(1 - Math.Pow(b2, t)) / (1 - Math.Pow(b1, t));
                x[i] -= rate * friction * m[i] / (Math.Sqrt(v[i]) + eps);
            }

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
