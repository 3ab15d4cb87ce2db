namespace Nabla.Optimizers.Tests.Reference;

public sealed class AdEMAMixTwin : IReferenceTwin
{
    public string Method => "ademamix";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var b1 = (double)options["beta1"];
        var b2 = (double)options["beta2"];
        var epsilon = (double)options["epsilon"];
        var b3 = (double)options["beta3"];
        var alpha = (double)options["alpha"];
        var warm3 = Convert.ToInt32(options["beta3Warmup"]);
        var warmAlpha = Convert.ToInt32(options["alphaWarmup"]);
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var fast = new double[x.Length];
        var slow = new double[x.Length];
        var v = new double[x.Length];
        for (var t = 1; t <= gradients.Length; t++)
        {
            var a = t < warmAlpha ? alpha * t / warmAlpha : alpha;
            var b = b3;
            if (t < warm3)
            {
                var share = (double)t / warm3;
                double Life(double beta) => (Math.Log(0.5) / Math.Log(beta + 1e-8)) - 1;
                b = Math.Pow(0.5, 1 / (((1 - share) * Life(b1)) + (share * Life(b3)) + 1));
            }
            for (var i = 0; i < x.Length; i++)
            {
                var g = (bool)options["maximize"] ? -gradients[t - 1][i] : gradients[t - 1][i];
                fast[i] = (b1 * fast[i]) + ((1 - b1) * g);
                slow[i] = (b * slow[i]) + ((1 - b) * g);
                v[i] = (b2 * v[i]) + ((1 - b2) * g * g);
                var mean = fast[i] / (1 - Math.Pow(b1, t));
                var step = (mean + (a * slow[i])) / (Math.Sqrt(v[i] / (1 - Math.Pow(b2, t))) + epsilon);
                x[i] -= lr * (step + ((double)options["weightDecay"] * x[i]));
            }

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
