namespace Nabla.Optimizers.Tests.Reference;

public sealed class AdaGradTwin : IReferenceTwin
{
    public string Method => "adagrad";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var epsilon = (double)options["epsilon"];
        var lambda = (double)options["weightDecay"];
        var decay = (double)options["learningRateDecay"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var s = Enumerable.Repeat((double)options["initialAccumulator"], x.Length).ToArray();
        for (var t = 1; t <= gradients.Length; t++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var g = (bool)options["maximize"] ? -gradients[t - 1][i] : gradients[t - 1][i];
                g += lambda * x[i];
                s[i] += g * g;
                x[i] -= lr / (1 + ((t - 1) * decay)) * g / (Math.Sqrt(s[i]) + epsilon);
            }

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
