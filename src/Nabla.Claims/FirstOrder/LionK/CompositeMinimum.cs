using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.LionK;

/// <summary>Lion-κ ends at the minimum of a composite problem.</summary>
[Claim(
    "lion-k/composite-minimum",
    Says = "With weight decay lambda Lion's iterates enter the box of radius 1/lambda exponentially fast and end at the box's best point; every other kappa ends at the minimum of f(x) + kappa*(lambda x) / lambda.",
    Source = "arXiv:2310.05898, abstract: min f(x) + K*(x), and the box for the sign; the minima of the other kappas follow from their conjugates",
    Seconds = 1.5)]
internal sealed class CompositeMinimum() : RuleClaim<LionKOptions>(
    ("no-decay", o => o with { WeightDecay = 0 }),
    ("decay-through-momentum", o => new AdamWOptions { LearningRate = o.LearningRate, WeightDecay = o.WeightDecay }),
    ("always-the-sign", o => o with { Kappa = LionKappa.L1, Width = 1e-3 }))
{
    private const double Decay = 0.8;
    private const double Width = 0.5;
    private const double Rate = 2e-3;

    // The sign keeps an element swinging about an inner minimum by the steps that the momentum needs to turn: some tens.
    private const double Limit = 40 * Rate;

    private static readonly double[] s_curvature = [1, 2, 0.5, 1, 3];
    private static readonly double[] s_minimum = [3, -2, 0.9, -0.7, 0.05];

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<LionKOptions, MethodOptions> subject, ClaimContext context)
    {
        var figures = new List<(string, double)>();
        var holds = true;
        foreach (var kappa in Enum.GetValues<LionKappa>())
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var options = new LionKOptions { LearningRate = Rate, WeightDecay = Decay, Kappa = kappa };
            if (kappa is LionKappa.Huber or LionKappa.Threshold or LionKappa.Entropy)
            {
                options = options with { Width = Width };
            }

            var (distance, outside) = Run(subject(options), kappa, context.Full ? 40_000 : 8_000);
            figures.Add(($"distance_{kappa.ToString().ToLowerInvariant()}", Finite(distance)));
            holds &= distance <= Limit;
            if (kappa == LionKappa.L1)
            {
                figures.Add(("most_outside_the_predicted_box", Finite(outside)));
                holds &= outside <= 1e-12;
            }
        }

        figures.Add(("limit", Limit));
        return ClaimOutcome.Of(holds, [.. figures]);
    }

    /// <summary>How far the end is from the minimum, and how far an iterate was outside the shrinking box.</summary>
    private static (double Distance, double Outside) Run(MethodOptions method, LionKappa kappa, int steps)
    {
        const double start = 10;
        var n = s_minimum.Length;
        using var numbers = new MovedNumbers(method, [.. Enumerable.Repeat(start, n)]);
        var gradient = new double[n];
        var outside = 0.0;
        var excess = start - (1 / Decay);
        for (var step = 1; step <= steps; step++)
        {
            for (var i = 0; i < n; i++)
            {
                gradient[i] = s_curvature[i] * (numbers.Values[i] - s_minimum[i]);
            }

            numbers.Step(gradient);
            excess *= 1 - (Rate * Decay);
            foreach (var value in numbers.Values)
            {
                outside = Math.Max(outside, Math.Abs(value) - (1 / Decay) - excess);
            }
        }

        var best = Minimum(kappa);
        var distance = 0.0;
        for (var i = 0; i < n; i++)
        {
            distance = Math.Max(distance, Math.Abs(numbers.Values[i] - best[i]));
        }

        return (distance, outside);
    }

    private static double[] Minimum(LionKappa kappa)
    {
        const double radius = 1 / Decay;
        var ball = kappa == LionKappa.L2 ? BallMultiplier(radius) : 0;
        return
        [
            .. s_minimum.Select((a, i) => kappa switch
            {
                LionKappa.L1 => Math.Clamp(a, -radius, radius),
                LionKappa.L2 => s_curvature[i] * a / (s_curvature[i] + ball),
                LionKappa.Huber => Math.Clamp(s_curvature[i] * a / (s_curvature[i] + (Width * Decay)), -radius, radius),
                LionKappa.Threshold => Math.Clamp(
                    Math.CopySign(Math.Max(Math.Abs(a) - (Width / s_curvature[i]), 0), a), -radius, radius),
                LionKappa.Entropy => Bisect(
                    x => (s_curvature[i] * (x - a)) + (Width * Math.Atanh(Decay * x)), -radius, radius),
                _ => s_curvature[i] * a / (s_curvature[i] + Decay),
            }),
        ];
    }

    private static double BallMultiplier(double radius) => Bisect(
        mu => radius - Math.Sqrt(s_minimum.Select((a, i) => Math.Pow(s_curvature[i] * a / (s_curvature[i] + mu), 2)).Sum()), 0, 1e6);

    /// <summary>The zero of a growing function.</summary>
    private static double Bisect(Func<double, double> function, double low, double high)
    {
        for (var i = 0; i < 200; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = function(middle) < 0 ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }
}
