using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.Yogi;

/// <summary>The mean of squares changes by as much as the new square, never faster.</summary>
[Claim(
    "yogi/slow-variance",
    Says = "The mean of squares changes by exactly (1 - beta2) g^2 at a step, so that the effective rate grows slowly when gradients become small, where Adam's grows exponentially.",
    Source = "https://papers.nips.cc/paper/8186-adaptive-methods-for-nonconvex-optimization, on how the second moment changes",
    Seconds = 0.2)]
internal sealed class SlowVariance() : RuleClaim<YogiOptions>(
    ("multiplicative", options => new AdamOptions { LearningRate = options.LearningRate, Beta1 = options.Beta1, Beta2 = options.Beta2, Epsilon = options.Epsilon }),
    ("greatest", options => new AmsGradOptions { LearningRate = options.LearningRate, Beta1 = options.Beta1, Beta2 = options.Beta2, Epsilon = options.Epsilon }))
{
    // The mean is of size 1 and a change of 1e-3 is taken from two of them, each rounded to 1e-16.
    private const double Limit = 1e-12;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<YogiOptions, MethodOptions> subject, ClaimContext context)
    {
        const int count = 8, small = 5000;
        var options = new YogiOptions { LearningRate = 1 };
        using var numbers = new MovedNumbers(subject(options), new double[count]);
        var random = new RandomStream(context.Seed.Derive("gradients"));
        var gradient = new double[count];
        MvnGrad.Noise.Fill(random, gradient, 0, 1);
        numbers.Step(gradient);
        var v = numbers.State("v");
        var deviation = 0.0;
        for (var step = 0; step < 500; step++)
        {
            MvnGrad.Noise.Fill(random, gradient, 0, 1);
            numbers.Step(gradient);
            var now = numbers.State("v");
            for (var i = 0; i < count; i++)
            {
                deviation = Math.Max(deviation, Math.Abs(Math.Abs(now[i] - v[i]) - ((1 - options.Beta2) * gradient[i] * gradient[i])));
            }

            v = now;
        }

        var growth = Growth(subject(options), small);
        var adam = Growth(new AdamOptions { LearningRate = 1, Epsilon = options.Epsilon }, small);
        return ClaimOutcome.Of(
            deviation <= Limit && growth < adam / 2,
            ("largest_deviation_of_change", deviation),
            ("limit", Limit),
            ("rate_growth_over_small_gradients", growth),
            ("adam_rate_growth_over_small_gradients", adam));
    }

    // How much longer the step for the same gradient has become after gradients a thousand times smaller.
    private static double Growth(MethodOptions method, int small)
    {
        using var number = new MovedNumbers(method, [0]);
        for (var step = 0; step < 5000; step++)
        {
            number.Step([1]);
        }

        var before = 1 / Math.Sqrt(number.State("v")[0]);
        for (var step = 0; step < small; step++)
        {
            number.Step([1e-3]);
        }

        return 1 / Math.Sqrt(number.State("v")[0]) / before;
    }
}
