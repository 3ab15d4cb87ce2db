namespace Nabla.Optimizers.Tests.Reference;

public sealed class SgdTwin : IReferenceTwin
{
    public string Method => "sgd";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var mu = (double)options["momentum"];
        var tau = (double)options["dampening"];
        var lambda = (double)options["weightDecay"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var b = new double[x.Length];
        for (var t = 0; t < gradients.Length; t++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var g = (bool)options["maximize"] ? -gradients[t][i] : gradients[t][i];
                g += lambda * x[i];
                if (mu != 0)
                {
                    b[i] = t == 0 ? g : (mu * b[i]) + ((1 - tau) * g);
                    g = (bool)options["nesterov"] ? g + (mu * b[i]) : b[i];
                }

                x[i] -= lr * g;
            }

            result[t] = (double[])x.Clone();
        }

        return result;
    }
}
