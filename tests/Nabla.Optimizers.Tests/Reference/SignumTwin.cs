namespace Nabla.Optimizers.Tests.Reference;

public sealed class SignumTwin : IReferenceTwin
{
    public string Method => "signum";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var (lr, beta) = ((double)options["learningRate"], (double)options["momentum"]);
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var m = new double[x.Length];
        for (var t = 0; t < gradients.Length; t++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var g = (bool)options["maximize"] ? -gradients[t][i] : gradients[t][i];
                m[i] = (beta * m[i]) + ((1 - beta) * g);
                x[i] -= lr * (Math.Sign(m[i]) + ((double)options["weightDecay"] * x[i]));
            }

            result[t] = (double[])x.Clone();
        }

        return result;
    }
}
