using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.AdaMax;

/// <summary>AdaMax is Adam with the p-norm of past gradients for p to infinity, which is a greatest value.</summary>
/// <remarks>
/// The steps are held against the sum and the greatest value over all past gradients, written out without recursion. The
/// p-norms of the paper, (sum of β2^(p(t-i)) |g_i|^p (1 - β2^p))^(1/p), lie within (n (1 - β2^p))^(1/p) and
/// (1 - β2^p)^(1/p) of the greatest value for n gradients, so that their distance must fall as p grows.
/// </remarks>
[Claim(
    "adamax/infinity-norm",
    Says = "A step is the learning rate times the corrected mean of gradients over max over i of beta2^(t-i) |g_i|, the limit of Adam's step with p-norms.",
    Source = "arXiv:1412.6980, on AdaMax, the infinity norm",
    Seconds = 0.2)]
internal sealed class InfinityNorm : Claim<Func<AdaMaxOptions, MethodOptions>>
{
    // A few hundred roundings of 1e-16 relative in each sum; ten times that is allowed.
    private const double Limit = 1e-12;

    /// <inheritdoc/>
    protected override Func<AdaMaxOptions, MethodOptions> Method => options => options;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<AdaMaxOptions, MethodOptions>> Defects =>
        new Dictionary<string, Func<AdaMaxOptions, MethodOptions>>(StringComparer.Ordinal)
        {
            ["sum"] = With(AdaMaxDefects.Sum),
            ["unforgetting"] = With(AdaMaxDefects.Unforgetting),
            ["corrected-norm"] = With(AdaMaxDefects.CorrectedNorm),
        };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<AdaMaxOptions, MethodOptions> subject, ClaimContext context)
    {
        const int count = 16;
        var steps = context.Full ? 1000 : 200;
        var options = new AdaMaxOptions { LearningRate = 1, Beta2 = 0.95, Epsilon = 0 };
        using var numbers = new MovedNumbers(subject(options), new double[count]);
        var random = new RandomStream(context.Seed.Derive("gradients"));
        var gradients = new double[steps][];
        double[] powers = [4, 16, 64, 256], gaps = new double[powers.Length];
        var largest = 0.0;
        for (var t = 0; t < steps; t++)
        {
            gradients[t] = [.. Enumerable.Range(0, count).Select(_ => random.NextGaussian())];
            var before = numbers.Values.ToArray();
            numbers.Step(gradients[t]);
            for (var i = 0; i < count; i++)
            {
                double sum = 0, greatest = 0;
                for (var s = 0; s <= t; s++)
                {
                    sum += (1 - options.Beta1) * Math.Pow(options.Beta1, t - s) * gradients[s][i];
                    greatest = Math.Max(greatest, Math.Pow(options.Beta2, t - s) * Math.Abs(gradients[s][i]));
                }

                // Where the numbers are, not how far they went: the difference of two of them would lose digits.
                var expected = before[i] - (sum / (1 - Math.Pow(options.Beta1, t + 1)) / greatest);
                largest = Math.Max(largest, Math.Abs(numbers.Values[i] - expected));
                for (var p = 0; p < powers.Length && i == 0; p++)
                {
                    // Divided by the greatest before the power, which would overflow or vanish otherwise.
                    var norm = Enumerable.Range(0, t + 1).Sum(s => Math.Pow(
                        Math.Pow(options.Beta2, t - s) * Math.Abs(gradients[s][0]) / greatest, powers[p]));
                    norm = Math.Pow(norm * (1 - Math.Pow(options.Beta2, powers[p])), 1 / powers[p]);
                    gaps[p] = Math.Max(gaps[p], Math.Abs(norm - 1));
                }
            }
        }

        var falls = gaps.Zip(gaps.Skip(1)).All(pair => pair.Second < pair.First);
        return ClaimOutcome.Of(
            largest <= Limit && falls,
            [
                ("largest_deviation", largest), ("limit", Limit),
                .. powers.Zip(gaps, (p, gap) => ($"gap_of_norm_{p}", gap)),
            ]);
    }

    private static Func<AdaMaxOptions, MethodOptions> With(AdaMaxDefects defects) => options =>
        new RuleOptions<DefectiveAdaMax, DefectiveAdaMaxOptions>(new DefectiveAdaMaxOptions(options, defects));
}
