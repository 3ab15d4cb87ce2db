namespace Nabla.Optimizers.Tests.Reference;

public sealed class AdaDeltaTwin : IReferenceTwin
{
    public string Method => "adadelta";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var epsilon = (double)options["epsilon"];
        var lambda = (double)options["weightDecay"];
        var rho = (double)options["rho"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var square = new double[x.Length];
        var change = new double[x.Length];
        for (var t = 1; t <= gradients.Length; t++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var g = (bool)options["maximize"] ? -gradients[t - 1][i] : gradients[t - 1][i];
                g += lambda * x[i];
                square[i] = (rho * square[i]) + ((1 - rho) * g * g);
                var step = Math.Sqrt(change[i] + epsilon) / Math.Sqrt(square[i] + epsilon) * g;
                change[i] = (rho * change[i]) + ((1 - rho) * step * step);
                x[i] -= lr * step;
            }

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
