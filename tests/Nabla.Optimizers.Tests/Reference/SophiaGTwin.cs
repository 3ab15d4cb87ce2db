namespace Nabla.Optimizers.Tests.Reference;

public sealed class SophiaGTwin : IReferenceTwin
{
    public string Method => "sophia-g";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var b1 = (double)options["beta1"];
        var b2 = (double)options["beta2"];
        var lambda = (double)options["weightDecay"];
        var scale = (double)options["rho"] * (double)options["batchSize"];
        var phase = (string)options["phase"];
        var interval = Convert.ToInt32(options["hessianInterval"]);
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var m = new double[x.Length];
        var curvature = new double[x.Length];
        for (var t = 1; t <= gradients.Length; t++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var g = gradients[t - 1][i];
                if (phase == "hessian" || (phase == "both" && (t - 1) % interval == 0))
                {
                    curvature[i] = (b2 * curvature[i]) + ((1 - b2) * g * g);
                }

                if (phase != "hessian")
                {
                    m[i] = (b1 * m[i]) + ((1 - b1) * ((bool)options["maximize"] ? -g : g));
                    x[i] *= 1 - (lr * lambda);
                    x[i] -= lr * Math.Sign(m[i]) * Math.Min(Math.Abs(m[i]) / ((scale * curvature[i]) + 1e-15), 1);
                }
            }

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
