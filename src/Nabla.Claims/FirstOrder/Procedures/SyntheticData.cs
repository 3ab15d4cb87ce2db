using Nabla.Engine;

namespace Nabla.Claims.FirstOrder.Procedures;

/// <summary>Random linear data with a known model behind it.</summary>
/// <param name="Rows">The features, row by row.</param>
/// <param name="Outputs">The model's outputs with noise.</param>
internal sealed record SyntheticData(double[] Rows, double[] Outputs)
{
    /// <summary>The outputs' signs, as labels of two classes.</summary>
    public double[] Labels => [.. Outputs.Select(o => o > 0 ? 1.0 : -1.0)];

    /// <summary>Draws data: normal features with the given deviations, outputs of a random model with normal noise.</summary>
    public static SyntheticData Draw(Seed seed, int count, double[] deviations, double noise)
    {
        var random = new RandomStream(seed);
        var model = Normal(random, deviations.Length);
        var rows = new double[count * deviations.Length];
        var outputs = new double[count];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < deviations.Length; j++)
            {
                rows[(i * deviations.Length) + j] = deviations[j] * random.NextGaussian();
                // The model sees features of equal size: no direction is unimportant.
                outputs[i] += model[j] * rows[(i * deviations.Length) + j] / deviations[j];
            }

            outputs[i] += noise * random.NextGaussian();
        }

        return new(rows, outputs);
    }

    /// <summary>The share of rows whose label a linear model gives.</summary>
    public double Accuracy(IReadOnlyList<double> model)
    {
        var right = 0;
        for (var i = 0; i < Outputs.Length; i++)
        {
            var sum = 0.0;
            for (var j = 0; j < model.Count; j++)
            {
                sum += model[j] * Rows[(i * model.Count) + j];
            }

            right += sum * Outputs[i] > 0 ? 1 : 0;
        }

        return (double)right / Outputs.Length;
    }

    /// <summary>Deviations from 1 down to 1 / condition in equal ratios.</summary>
    public static double[] Deviations(int dimension, double condition) =>
        [.. Enumerable.Range(0, dimension).Select(j => Math.Pow(condition, -j / (dimension - 1.0)))];

    /// <summary>Normal numbers.</summary>
    public static double[] Normal(RandomStream random, int count)
    {
        var numbers = new double[count];
        for (var i = 0; i < count; i++)
        {
            numbers[i] = random.NextGaussian();
        }

        return numbers;
    }

    /// <summary>The Euclidean norm.</summary>
    public static double Norm(IEnumerable<double> numbers) => Math.Sqrt(numbers.Sum(x => x * x));
}
