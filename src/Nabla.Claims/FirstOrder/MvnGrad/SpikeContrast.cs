using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.MvnGrad;

/// <summary>Where the variance forgets faster than the momentum, spikes hurt Adam without bound and MVN-Grad not at all.</summary>
[Claim(
    "mvn-grad/spike-contrast",
    Says = "With beta1^2 > beta2 the largest step after one spike grows with the spike for Adam and does not for MVN-Grad; with the default betas neither grows.",
    Source = "arXiv:2602.10204, remark on Adam's response to a spike; the rate of growth 1 + 2 ln(beta1) / ln(1 / beta2) is derived",
    Seconds = 0.5)]
internal sealed class SpikeContrast() : MvnGradClaim(
    ("stale-variance", MvnGradDefects.StaleVariance),
    ("momentum-first-second-moment", MvnGradDefects.MomentumFirst | MvnGradDefects.SecondMoment))
{
    // What grows by less than a tenth over four decades does not grow.
    private const double Limit = 0.01;

    private static readonly double[] s_sizes = [1e4, 1e6, 1e8];

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<MvnGradOptions, MethodOptions> subject, ClaimContext context)
    {
        var fast = new MvnGradOptions { LearningRate = 1, Beta1 = 0.9, Beta2 = 0.5, Epsilon = 0, VarianceFloor = 0 };
        var usual = fast with { Beta2 = 0.999 };
        var mine = Growth(subject(fast), context);
        var mineUsual = Growth(subject(usual), context);
        var adam = Growth(Adam(fast), context);
        var adamUsual = Growth(Adam(usual), context);
        // After k steps Adam moves by (1 - beta1) beta1^k G / s, and the spike has left v once beta2^k G^2 = s^2.
        var expected = 1 + (2 * Math.Log(fast.Beta1) / Math.Log(1 / fast.Beta2));
        // Four standard errors, and one step more or less until the spike has left: beta1 over the decades of the fit.
        var margin = (4 * adam.Error) - (Math.Log(fast.Beta1) / Math.Log(s_sizes[^1] / s_sizes[0]));
        var holds = Math.Abs(adam.Exponent - expected) <= margin && adamUsual.Exponent <= Limit
            && mine.Exponent <= Limit && mineUsual.Exponent <= Limit;
        return ClaimOutcome.Of(
            holds,
            ("growth_exponent", mine.Exponent),
            ("growth_exponent_default_betas", mineUsual.Exponent),
            ("limit", Limit),
            ("adam_growth_exponent", adam.Exponent),
            ("adam_expected", expected),
            ("adam_margin", margin),
            ("adam_growth_exponent_default_betas", adamUsual.Exponent),
            ("largest_step_at_1e8", mine.Line[^1].Y),
            ("adam_largest_step_at_1e8", adam.Line[^1].Y)) with
        {
            Plots =
            [
                new ClaimPlot(
                    "Largest step after one spike, beta1 0.9, beta2 0.5", "size of the spike", "learning rates",
                    new Dictionary<string, IReadOnlyList<(double, double)>> { ["mvn-grad"] = mine.Line, ["adam"] = adam.Line })
                {
                    LogX = true, LogY = true,
                },
            ],
        };
    }

    private static AdamOptions Adam(MvnGradOptions like) => new()
    {
        LearningRate = like.LearningRate,
        Beta1 = like.Beta1,
        Beta2 = like.Beta2,
        Epsilon = 0,
    };

    private static (double Exponent, double Error, List<(double X, double Y)> Line) Growth(MethodOptions method, ClaimContext context)
    {
        var count = context.Full ? 256 : 32;
        double[]? first = null, last = null;
        var line = new List<(double, double)>();
        foreach (var size in s_sizes)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            last = Largest(method, size, count, context);
            first ??= last;
            line.Add((size, last.Average()));
        }

        var decades = Math.Log(s_sizes[^1] / s_sizes[0]);
        double[] exponents = [.. last!.Select((x, i) => Math.Log(x / first![i]) / decades)];
        var (exponent, error) = Noise.Average(exponents);
        return (exponent, error, line);
    }

    // Per coordinate, from the spike on until it is forgotten.
    private static double[] Largest(MethodOptions method, double size, int count, ClaimContext context)
    {
        using var numbers = new MovedNumbers(method, new double[count]);
        var random = new RandomStream(context.Seed.Derive("gradients"));
        double[] gradient = new double[count], largest = new double[count];
        for (var step = 0; step < 600; step++)
        {
            Noise.Fill(random, gradient, 0, 0.5);
            if (step == 500)
            {
                Array.Fill(gradient, size);
            }

            var moves = numbers.Move(gradient);
            for (var i = 0; step >= 500 && i < count; i++)
            {
                largest[i] = Math.Max(largest[i], Math.Abs(moves[i]));
            }
        }

        return largest;
    }
}
