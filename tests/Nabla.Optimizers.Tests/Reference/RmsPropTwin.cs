namespace Nabla.Optimizers.Tests.Reference;

public sealed class RmsPropTwin : IReferenceTwin
{
    public string Method => "rmsprop";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var epsilon = (double)options["epsilon"];
        var lambda = (double)options["weightDecay"];
        var alpha = (double)options["alpha"];
        var mu = (double)options["momentum"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var square = new double[x.Length];
        var mean = new double[x.Length];
        var buffer = new double[x.Length];
        for (var t = 1; t <= gradients.Length; t++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var g = (bool)options["maximize"] ? -gradients[t - 1][i] : gradients[t - 1][i];
                g += lambda * x[i];
                square[i] = (alpha * square[i]) + ((1 - alpha) * g * g);
                mean[i] = (alpha * mean[i]) + ((1 - alpha) * g);
                var spread = (bool)options["centered"] ? square[i] - (mean[i] * mean[i]) : square[i];
                buffer[i] = (mu * buffer[i]) + (g / (Math.Sqrt(spread) + epsilon));
                x[i] -= lr * buffer[i];
            }

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
