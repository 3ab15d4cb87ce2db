namespace Nabla.Optimizers.Tests.Reference;

public sealed class AsgdTwin : IReferenceTwin
{
    public string Method => "asgd";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var w = (double)options["weightDecay"];
        var lambda = (double)options["lambd"];
        var eta = lr;
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        for (var t = 1; t <= gradients.Length; t++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var g = (bool)options["maximize"] ? -gradients[t - 1][i] : gradients[t - 1][i];
                g += w * x[i];
                x[i] *= 1 - (lambda * eta);
                x[i] -= eta * g;
            }

            eta = lr / Math.Pow(1 + (lambda * lr * t), (double)options["alpha"]);
            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
