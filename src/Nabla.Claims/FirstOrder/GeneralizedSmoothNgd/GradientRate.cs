using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.GeneralizedSmoothNgd;

/// <summary>Normalized descent on functions whose curvature grows with the gradient.</summary>
[Claim(
    "generalized-smooth-ngd/gradient-rate",
    Says = "On a quartic and on an exponential objective, with step-size proportional to epsilon^beta, the gradient norm falls to epsilon within a number of steps that grows no faster than epsilon^-2, where gradient descent with that step-size diverges.",
    Source = "arXiv:2303.02854, abstract; the powers for the two functions follow from their curvature",
    Seconds = 1)]
internal sealed class GradientRate() : RuleClaim<GeneralizedSmoothNgdOptions>(
    ("not-normalized", o => o with { Beta = 0 }),
    ("element-by-element", o => new LionOptions { LearningRate = 2 * o.LearningRate, Beta1 = 0, Beta2 = 0 }))
{
    // Steps over epsilon^-2; what the constants of the two functions and the distance of the start allow, ten times.
    private const double MostSteps = 1000;
    private const int Dimension = 4;

    private static readonly double[] s_scale = [1, 0.5, 2, 1.5];

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<GeneralizedSmoothNgdOptions, MethodOptions> subject, ClaimContext context)
    {
        double[] targets = context.Full ? [0.3, 0.1, 0.03, 0.01] : [0.3, 0.1, 0.03];
        var figures = new List<(string, double)>();
        var holds = true;
        foreach (var (name, slope, beta, start, share) in new (string, Func<double, double>, double, double, double)[]
        {
            ("quartic", x => 4 * x * x * x, 2.0 / 3, 10, 0.3),
            ("exponential", x => 2 * Math.Sinh(x), 1, 8, 0.3),
        })
        {
            var counts = new List<double>();
            foreach (var epsilon in targets)
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                var rate = share * Math.Pow(epsilon, beta);
                var options = new GeneralizedSmoothNgdOptions { LearningRate = rate, Beta = beta };
                var most = (int)(MostSteps / (epsilon * epsilon));
                counts.Add(Steps(subject(options), slope, start, epsilon, most));
                var descent = Steps(new SgdOptions { LearningRate = rate }, slope, start, epsilon, 200);
                holds &= double.IsFinite(counts[^1]) && double.IsNegativeInfinity(descent);
                figures.Add(($"{name}_steps_to_{epsilon}", double.IsFinite(counts[^1]) ? counts[^1] : -1));
                figures.Add(($"{name}_descent_diverges_at_{epsilon}", double.IsNegativeInfinity(descent) ? 1 : 0));
            }

            var power = Math.Log(counts[^1] / counts[0]) / Math.Log(targets[0] / targets[^1]);
            holds &= power <= 2;
            figures.Add(($"{name}_power_of_1_over_epsilon", double.IsFinite(power) ? power : -1));
        }

        figures.Add(("limit_of_the_power", 2));
        return ClaimOutcome.Of(holds, [.. figures]);
    }

    /// <summary>How many steps it takes; infinity when they do not do, minus infinity when numbers overflow.</summary>
    private static double Steps(MethodOptions method, Func<double, double> slope, double start, double epsilon, int most)
    {
        using var numbers = new MovedNumbers(method, [.. Enumerable.Repeat(start, Dimension)]);
        var gradient = new double[Dimension];
        // A tenth of all steps is more than any run that gets there needs; mutants must not take for ever.
        for (var step = 0; step <= Math.Min(most, 20_000); step++)
        {
            var squares = 0.0;
            for (var i = 0; i < Dimension; i++)
            {
                gradient[i] = s_scale[i] * slope(s_scale[i] * numbers.Values[i]);
                squares += gradient[i] * gradient[i];
            }

            if (!double.IsFinite(squares))
            {
                return double.NegativeInfinity;
            }

            if (squares <= epsilon * epsilon)
            {
                return step;
            }

            numbers.Step(gradient);
        }

        return double.PositiveInfinity;
    }
}
