namespace Nabla.Optimizers.Tests.Reference;

/// <summary>Cautious AdamW, the mask over one tensor.</summary>
public sealed class CautiousAdamWTwin : CautiousTwin
{
    public override string Method => "cautious(adamw)";

    protected override double[] Step(IReadOnlyDictionary<string, object> options, int t, double[] g, double[] m, double[] v)
    {
        var b1 = (double)options["inner.beta1"];
        var b2 = (double)options["inner.beta2"];
        var step = new double[g.Length];
        for (var i = 0; i < g.Length; i++)
        {
            m[i] = (b1 * m[i]) + ((1 - b1) * g[i]);
            v[i] = (b2 * v[i]) + ((1 - b2) * g[i] * g[i]);
            var root = Math.Sqrt(v[i] / (1 - Math.Pow(b2, t))) + (double)options["inner.epsilon"];
            step[i] = (double)options["inner.learningRate"] * (m[i] / (1 - Math.Pow(b1, t))) / root;
        }

        return step;
    }
}

/// <summary>Cautious Lion.</summary>
public sealed class CautiousLionTwin : CautiousTwin
{
    public override string Method => "cautious(lion)";

    protected override double[] Step(IReadOnlyDictionary<string, object> options, int t, double[] g, double[] m, double[] v)
    {
        var b1 = (double)options["inner.beta1"];
        var b2 = (double)options["inner.beta2"];
        var step = new double[g.Length];
        for (var i = 0; i < g.Length; i++)
        {
            step[i] = (double)options["inner.learningRate"] * Math.Sign((b1 * m[i]) + ((1 - b1) * g[i]));
            m[i] = (b2 * m[i]) + ((1 - b2) * g[i]);
        }

        return step;
    }
}

/// <summary>Algorithm 1 of arXiv:2411.16085 with both scalings.</summary>
public abstract class CautiousTwin : IReferenceTwin
{
    public abstract string Method { get; }

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var x = (double[])start.Clone();
        var m = new double[x.Length];
        var v = new double[x.Length];
        var result = new double[gradients.Length][];
        for (var t = 1; t <= gradients.Length; t++)
        {
            var g = gradients[t - 1];
            var step = Step(options, t, g, m, v);
            var kept = Enumerable.Range(0, x.Length).Count(i => step[i] * g[i] > 0);
            var scale = (string)options["scaling"] == "share"
                ? 1 / Math.Max((double)kept / x.Length, (double)options["floor"])
                : x.Length / (kept + (double)options["xi"]);
            for (var i = 0; i < x.Length; i++)
            {
                x[i] *= 1 - ((double)options["inner.learningRate"] * (double)options["inner.weightDecay"]);
                x[i] -= step[i] * g[i] > 0 ? scale * step[i] : 0;
            }

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }

    protected abstract double[] Step(IReadOnlyDictionary<string, object> options, int t, double[] g, double[] m, double[] v);
}
