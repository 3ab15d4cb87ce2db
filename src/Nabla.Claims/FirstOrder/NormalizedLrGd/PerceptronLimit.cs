using Nabla.Core;
using Nabla.Procedures.FirstOrder;
using Separator = Nabla.Procedures.FirstOrder.NormalizedLrGd;

namespace Nabla.Claims.FirstOrder.NormalizedLrGd;

/// <summary>With a huge step logistic regression is the batch perceptron.</summary>
[Claim(
    "normalized-lr-gd/perceptron-limit",
    Says = "On separable data, logistic regression by gradient descent with a huge step makes the steps of the batch perceptron, up to scale, and separates after as many.",
    Source = "arXiv:2412.08424, abstract, first observation",
    Seconds = 0.3)]
internal sealed class PerceptronLimit() : RuleClaim<NormalizedLrGdOptions>(
    ("small-step", o => o with { LearningRate = 1 }),
    ("normalized", o => o with { Step = LogisticStep.Normalized }))
{
    private const double Huge = 1e12;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<NormalizedLrGdOptions, MethodOptions> subject, ClaimContext context)
    {
        var options = new NormalizedLrGdOptions { LearningRate = Huge, Step = LogisticStep.Plain };
        double deviation = 0, steps = 0, extra = 0;
        for (var set = 0; set < (context.Full ? 100 : 10); set++)
        {
            var data = SeparableData.Draw(context.Seed.Derive($"set {set}"), 80, 6, 0.2);
            var logistic = Path((NormalizedLrGdOptions)subject(options), data);
            var perceptron = Path(options with { Step = LogisticStep.Perceptron }, data);
            extra += Math.Abs(logistic.Count - perceptron.Count);
            steps += perceptron.Count - 1;
            for (var t = 1; t < Math.Min(logistic.Count, perceptron.Count); t++)
            {
                double difference = 0, size = 0;
                for (var j = 0; j < logistic[t].Length; j++)
                {
                    difference += Math.Pow(logistic[t][j] - perceptron[t][j], 2);
                    size += Math.Pow(perceptron[t][j], 2);
                }

                deviation = Math.Max(deviation, Math.Sqrt(difference / size));
            }
        }

        // Margins are about 1e12 times numbers that are above 1e-9 but for a chance of some 1e-6.
        const double limit = 1e-6;
        return ClaimOutcome.Of(
            deviation <= limit && extra == 0,
            ("largest_relative_deviation", Finite(deviation)),
            ("limit", limit),
            ("steps_compared", steps),
            ("steps_more_or_less", extra));
    }

    private static List<double[]> Path(NormalizedLrGdOptions options, SeparableData data)
    {
        var path = new List<double[]>();
        void Watch(in ProcedureStep step) => path.Add(step.Point.ToArray());
        new Separator(options).Separate(data.Rows, data.Labels, [], new() { Iterations = 3000 }, Watch);
        return path;
    }
}
