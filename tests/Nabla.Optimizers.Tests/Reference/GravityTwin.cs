namespace Nabla.Optimizers.Tests.Reference;

public sealed class GravityTwin : IReferenceTwin
{
    public string Method => "gravity";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var beta = (double)options["beta"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var velocity = new double[x.Length];
        for (var t = 1; t <= gradients.Length; t++)
        {
            var g = gradients[t - 1];
            // Only runs that begin at rest can be compared: the first velocity is random otherwise.
            Assert.Equal(0.0, (double)options["alpha"]);
            var m = 1 / g.Max(Math.Abs);
            var keep = ((beta * t) + 1) / (t + 2);
            for (var i = 0; i < x.Length; i++)
            {
                var damped = g[i] / (1 + Math.Pow(g[i] / m, 2));
                velocity[i] = (keep * velocity[i]) + ((1 - keep) * damped);
                x[i] -= lr * velocity[i];
            }
            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
