namespace Nabla.Optimizers.Tests.Reference;

public sealed class RpropTwin : IReferenceTwin
{
    public string Method => "rprop";

    public double[][] Run(IReadOnlyDictionary<string, object> options, double[] start, double[][] gradients)
    {
        var lr = (double)options["learningRate"];
        var minus = (double)options["etaMinus"];
        var plus = (double)options["etaPlus"];
        var result = new double[gradients.Length][];
        var x = (double[])start.Clone();
        var size = Enumerable.Repeat(lr, x.Length).ToArray();
        var before = new double[x.Length];
        for (var t = 1; t <= gradients.Length; t++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var g = (bool)options["maximize"] ? -gradients[t - 1][i] : gradients[t - 1][i];
                var product = g * before[i];
                size[i] *= product > 0 ? plus : product < 0 ? minus : 1;
                size[i] = Math.Clamp(size[i], (double)options["stepSizeMin"], (double)options["stepSizeMax"]);
                g = product < 0 ? 0 : g;
                x[i] -= Math.Sign(g) * size[i];
                before[i] = g;
            }

            result[t - 1] = (double[])x.Clone();
        }

        return result;
    }
}
