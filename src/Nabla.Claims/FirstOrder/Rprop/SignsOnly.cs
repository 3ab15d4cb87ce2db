using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.Rprop;

/// <summary>Only the signs of the derivatives count, never their sizes.</summary>
[Claim(
    "rprop/signs-only",
    Says = "The size of a partial derivative has no influence on the step: any positive factor, another at every step and element, changes nothing.",
    Source = "doi:10.1109/ICNN.1993.298623; it follows from the update rule",
    Seconds = 0.1)]
internal sealed class SignsOnly() : RuleClaim<RpropOptions>(
    ("undivided", options => new SgdOptions { LearningRate = options.LearningRate }),
    ("squares", options => new RmsPropOptions { LearningRate = options.LearningRate }))
{
    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<RpropOptions, MethodOptions> subject, ClaimContext context)
    {
        const int count = 32;
        using var plain = new MovedNumbers(subject(new RpropOptions()), new double[count]);
        using var scaled = new MovedNumbers(subject(new RpropOptions()), new double[count]);
        var random = new RandomStream(context.Seed.Derive("gradients"));
        double[] gradient = new double[count], times = new double[count];
        double deviation = 0, longest = 0;
        for (var step = 0; step < (context.Full ? 5000 : 300); step++)
        {
            for (var i = 0; i < count; i++)
            {
                // Mostly one sign, so that steps grow, with turns between.
                gradient[i] = 1 + random.NextGaussian();
                times[i] = gradient[i] * Math.Pow(10, (20 * random.NextDouble()) - 10);
            }

            var before = plain.Values.ToArray();
            var expected = plain.Step(gradient);
            var got = scaled.Step(times);
            for (var i = 0; i < count; i++)
            {
                deviation = Math.Max(deviation, Math.Abs(got[i] - expected[i]));
                longest = Math.Max(longest, Math.Abs(expected[i] - before[i]));
            }
        }

        // Nothing of the size enters, so not even a rounding may differ.
        return ClaimOutcome.Of(deviation == 0, ("largest_deviation", Finite(deviation)), ("longest_step", Finite(longest)));
    }
}
