using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.AdEMAMix;

/// <summary>A gradient acts for thousands of steps, and the newest one as strongly as in Adam.</summary>
[Claim(
    "ademamix/old-gradients",
    Says = "With two means the newest gradient weighs as much as in Adam and most of a gradient's effect still comes later than 1,000 steps after it, where one mean gives either the one or the other.",
    Source = "arXiv:2409.03137, abstract, on old gradients; it follows from the update rule",
    Seconds = 0.2)]
internal sealed class OldGradients() : RuleClaim<AdEMAMixOptions>(
    ("one-fast-mean", options => new AdamOptions { LearningRate = options.LearningRate }),
    ("one-slow-mean", options => new AdamOptions { LearningRate = options.LearningRate, Beta1 = options.Beta3 }),
    ("slow-mean-unused", options => options with { Alpha = 0 }))
{
    private const int Before = 500, After = 1000;

    // Positions of size 1000 are rounded to 1e-13, of which a thousand differences are added.
    private const double Limit = 1e-8;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<AdEMAMixOptions, MethodOptions> subject, ClaimContext context)
    {
        var options = new AdEMAMixOptions { LearningRate = 1, Epsilon = 0 };
        var effects = Effects(subject(options), context);
        var adam = Effects(new AdamOptions { LearningRate = 1, Epsilon = 0 }, context);
        // All of a gradient's effect in the end: 1 from the fast mean and alpha from the slow one.
        var later = 1 - (effects.Sum() / (1 + options.Alpha));
        var expected = 1 - ((1 + (options.Alpha * (1 - Math.Pow(options.Beta3, After)))) / (1 + options.Alpha));
        var newest = effects[0] / adam[0];
        var expectedNewest = 1 + (options.Alpha * (1 - options.Beta3) / (1 - options.Beta1));
        return ClaimOutcome.Of(
            Math.Abs(later - expected) <= Limit && Math.Abs(newest - expectedNewest) <= Limit && later > 0.5,
            ("share_of_effect_after_1000_steps", later),
            ("expected_share", expected),
            ("newest_over_adam", newest),
            ("expected_newest_over_adam", expectedNewest),
            ("limit", Limit)) with
        {
            Plots =
            [
                new ClaimPlot(
                    "Effect of one gradient by its age", "age in steps", "weight in the step",
                    new Dictionary<string, IReadOnlyList<(double X, double Y)>>
                    {
                        ["ademamix"] = [.. effects.Select((e, age) => (age + 1.0, e))],
                        ["adam"] = [.. adam.Select((e, age) => (age + 1.0, e)).TakeWhile(p => p.e > 1e-9)],
                    })
                {
                    LogX = true, LogY = true,
                },
            ],
        };
    }

    // Gradients of size 1 and either sign, one of which is turned around in a second run: its square, and with it all
    // squares, stay as they were, so that half of the difference is what that gradient does at each age.
    private static double[] Effects(MethodOptions method, ClaimContext context)
    {
        using var plain = new MovedNumbers(method, [0]);
        using var turned = new MovedNumbers(method, [0]);
        var random = new RandomStream(context.Seed.Derive("signs"));
        var effects = new double[After];
        for (var step = 0; step < Before + After; step++)
        {
            double sign = step == Before || random.NextGaussian() > 0 ? 1 : -1;
            var move = plain.Move([sign])[0];
            var other = turned.Move([step == Before ? -sign : sign])[0];
            if (step >= Before)
            {
                effects[step - Before] = (other - move) / 2;
            }
        }

        return effects;
    }
}
