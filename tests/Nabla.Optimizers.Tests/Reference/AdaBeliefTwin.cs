namespace Nabla.Optimizers.Tests.Reference;

public sealed class AdaBeliefTwin : IReferenceTwin
{
    public string Method => "adabelief";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var b1 = (double)options["beta1"];
        var b2 = (double)options["beta2"];
        var eps = (double)options["epsilon"];
        var lambda = (double)options["weightDecay"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var m = new double[x.Length];
        var s = new double[x.Length];
        var max = new double[x.Length];
        for (var t = 1; t <= gradients.Length; t++)
        {
            var limit = (2 / (1 - b2)) - 1;
            var length = limit - (2 * t * Math.Pow(b2, t) / (1 - Math.Pow(b2, t)));
            for (var i = 0; i < x.Length; i++)
            {
                var g = gradients[t - 1][i];
                if ((bool)options["weightDecouple"])
                {
                    x[i] *= 1 - (lambda * ((bool)options["fixedDecay"] ? 1 : lr));
                }
                else
                {
                    g += lambda * x[i];
                }

                m[i] = (b1 * m[i]) + ((1 - b1) * g);
                s[i] = (b2 * s[i]) + ((1 - b2) * Math.Pow(g - m[i], 2)) + eps;
                max[i] = Math.Max(max[i], s[i]);
                var mean = m[i] / (1 - Math.Pow(b1, t));
                if (!(bool)options["rectify"])
                {
                    var belief = ((bool)options["amsgrad"] ? max[i] : s[i]) / (1 - Math.Pow(b2, t));
                    x[i] -= lr * mean / (Math.Sqrt(belief) + eps);
                }
                else if (length >= 5)
                {
                    var ratio = (length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length);
                    x[i] -= lr * Math.Sqrt(ratio * (1 - Math.Pow(b2, t))) * mean / (Math.Sqrt(s[i]) + eps);
                }
                else if ((bool)options["degeneratedToSgd"])
                {
                    x[i] -= lr * mean;
                }
            }

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
