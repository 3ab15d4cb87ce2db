namespace Nabla.Optimizers.Tests.Reference;

public sealed class LarsTwin : IReferenceTwin
{
    public string Method => "lars";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var mu = (double)options["momentum"];
        var lambda = (double)options["weightDecay"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var b = new double[x.Length];
        for (var t = 1; t <= gradients.Length; t++)
        {
            var size = Math.Sqrt(x.Sum(v => v * v));
            var slope = Math.Sqrt(gradients[t - 1].Sum(v => v * v));
            var trust = lambda > 0 || (bool)options["alwaysAdapt"]
                ? (double)options["trustCoefficient"] * size / (slope + (lambda * size) + (double)options["epsilon"])
                : 1;
            for (var i = 0; i < x.Length; i++)
            {
                var g = (bool)options["maximize"] ? -gradients[t - 1][i] : gradients[t - 1][i];
                var d = trust * (g + (lambda * x[i]));
                if (mu != 0)
                {
                    b[i] = t == 1 ? d : (mu * b[i]) + ((1 - (double)options["dampening"]) * d);
                    d = (bool)options["nesterov"] ? d + (mu * b[i]) : b[i];
                }

                x[i] -= lr * d;
            }

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
