namespace Nabla.Optimizers.Tests.Reference;

public sealed class GeneralizedSmoothNgdTwin : IReferenceTwin
{
    public string Method => "generalized-smooth-ngd";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var beta = (double)options["beta"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        for (var t = 1; t <= gradients.Length; t++)
        {
            var g = gradients[t - 1];
            var norm = Math.Sqrt(g.Sum(v => v * v));
            for (var i = 0; i < x.Length; i++)
            {
                x[i] -= lr * g[i] / Math.Pow(norm, beta);
            }
            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
