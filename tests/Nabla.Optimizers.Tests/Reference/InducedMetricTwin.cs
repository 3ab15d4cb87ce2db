namespace Nabla.Optimizers.Tests.Reference;

public sealed class InducedMetricTwin : IReferenceTwin
{
    public string Method => "induced-metric";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients) =>
        throw new NotSupportedException("The log metric needs losses.");

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients, double[] losses)
    {
        var lr = (double)options["learningRate"];
        var mu = (double)options["momentum"];
        var xi = (double)options["xi"];
        var beta = (double)options["beta"];
        var lambda = (double)options["weightDecay"];
        var betaRms = (double)options["betaRms"];
        var eps = (double)options["epsilon"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var b = new double[x.Length];
        var r = new double[x.Length];
        var mean = 0.0;
        for (var t = 1; t <= gradients.Length; t++)
        {
            var g = gradients[t - 1];
            var isRms = (string)options["metric"] == "rms";
            var length = 0.0;
            for (var i = 0; i < x.Length; i++)
            {
                r[i] = (betaRms * r[i]) + ((1 - betaRms) * g[i] * g[i]);
                length += g[i] * g[i] / Divisor(i);
            }

            mean = (beta * mean) + ((1 - beta) * xi * length);
            var curvature = mean / (1 - Math.Pow(beta, t));
            var loss = losses[t - 1];
            var shrink = (string)options["metric"] == "log" ? loss / ((loss * loss) + curvature) : 1 / (1 + curvature);
            for (var i = 0; i < x.Length; i++)
            {
                b[i] = (mu * b[i]) + ((1 - mu) * g[i]);
                x[i] *= 1 - (lr * lambda);
                x[i] -= lr * shrink * b[i] / (1 - Math.Pow(mu, t)) / Divisor(i);
            }

            double Divisor(int i) => isRms ? Math.Sqrt(r[i] / (1 - Math.Pow(betaRms, t))) + eps : 1;

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
