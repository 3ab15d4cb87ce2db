namespace Nabla.Optimizers.Tests.Reference;

public sealed class LionTwin : IReferenceTwin
{
    public string Method => "lion";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var b1 = (double)options["beta1"];
        var b2 = (double)options["beta2"];
        var lambda = (double)options["weightDecay"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var m = new double[x.Length];
        for (var t = 1; t <= gradients.Length; t++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var g = gradients[t - 1][i];
                var update = Math.Sign((b1 * m[i]) + ((1 - b1) * g));
                x[i] -= lr * (update + (lambda * x[i]));
                m[i] = (b2 * m[i]) + ((1 - b2) * g);
            }

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
