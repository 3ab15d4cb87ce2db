using Nabla.Engine;

namespace Nabla.Claims.FirstOrder.MvnGrad;

/// <summary>Gradients drawn at random.</summary>
internal static class Noise
{
    /// <summary>Fills with independent normal numbers.</summary>
    public static void Fill(RandomStream random, Span<double> gradient, double mean, double deviation)
    {
        for (var i = 0; i < gradient.Length; i++)
        {
            gradient[i] = mean + (deviation * random.NextGaussian());
        }
    }

    /// <summary>The mean of independent numbers and its standard error.</summary>
    public static (double Mean, double Error) Average(ReadOnlySpan<double> values)
    {
        double sum = 0, squares = 0;
        foreach (var value in values)
        {
            sum += value;
        }

        var mean = sum / values.Length;
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return (mean, Math.Sqrt(squares / (values.Length - 1) / values.Length));
    }
}
