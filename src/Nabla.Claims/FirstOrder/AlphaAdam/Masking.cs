using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.AlphaAdam;

/// <summary>AlphaAdam's mask follows agreement, and without it AlphaAdam is AdamW.</summary>
[Claim(
    "alphaadam/masking",
    Says = "Elements whose gradient points against their momentum do not move but for decay, the others move as AdamW does, up to one strength; with a mask of ones at unit strength the steps are AdamW's to the bit.",
    Source = "arXiv:2501.18094, abstract",
    Seconds = 0.2)]
internal sealed class Masking() : RuleClaim<AlphaAdamOptions>(
    ("mask-ignored", o => o with { Mask = MaskKind.All }),
    ("half-strength", o => o with { Alpha = o.Alpha / 2 }),
    ("adamw", o => AdamW(o)))
{
    private const int Elements = 24;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<AlphaAdamOptions, MethodOptions> subject, ClaimContext context)
    {
        var ones = new AlphaAdamOptions { LearningRate = 0.01, WeightDecay = 0.1, Mask = MaskKind.All };
        var masked = ones with { Mask = MaskKind.Agreement, WeightDecay = 0 };
        double[] start = [.. Enumerable.Range(0, Elements).Select(i => 0.1 * i)];
        using var same = new MovedNumbers(subject(ones), start);
        using var adamw = new MovedNumbers(AdamW(ones), start);
        using var some = new MovedNumbers(subject(masked), start);
        using var all = new MovedNumbers(AdamW(masked), start);
        var random = new RandomStream(context.Seed.Derive("gradients"));
        var (gradient, mean) = (new double[Elements], new double[Elements]);
        double differing = 0, against = 0, spread = 0, norm = 0, count = 0;
        for (var step = 0; step < 200; step++)
        {
            for (var i = 0; i < Elements; i++)
            {
                gradient[i] = 0.3 + random.NextGaussian();
            }

            differing += same.Step(gradient).SequenceEqual(adamw.Step(gradient)) ? 0 : 1;
            var (ours, theirs) = (some.Move(gradient), all.Move(gradient));
            double least = double.PositiveInfinity, most = 0, our = 0, their = 0;
            for (var i = 0; i < Elements; i++)
            {
                (our, their) = (our + (ours[i] * ours[i]), their + (theirs[i] * theirs[i]));
                if (mean[i] * gradient[i] < 0)
                {
                    count++;
                    against = Math.Max(against, Math.Abs(ours[i]));
                }
                else
                {
                    (least, most) = (Math.Min(least, ours[i] / theirs[i]), Math.Max(most, ours[i] / theirs[i]));
                }

                mean[i] = (masked.Beta1 * mean[i]) + ((1 - masked.Beta1) * gradient[i]);
            }

            spread = Math.Max(spread, (most / least) - 1);
            norm = Math.Max(norm, Math.Abs(Math.Sqrt(our / their) - 1));
        }

        // Steps of 0.01 as differences of numbers up to 4: 1e-16 * 4 / 0.01, times ten for the smallest steps' sake.
        const double limit = 1e-9;
        return ClaimOutcome.Of(
            differing == 0 && against == 0 && count > 0 && spread <= limit && norm <= limit,
            ("steps_unlike_adamw_with_a_mask_of_ones", differing),
            ("disagreeing_elements", count),
            ("most_a_disagreeing_element_moved", against),
            ("spread_of_the_strength", Finite(spread)),
            ("deviation_of_the_norm", norm),
            ("limit", limit));
    }

    private static AdamWOptions AdamW(AlphaAdamOptions o) => new()
    {
        LearningRate = o.LearningRate,
        Beta1 = o.Beta1,
        Beta2 = o.Beta2,
        Epsilon = o.Epsilon,
        WeightDecay = o.WeightDecay,
    };
}
