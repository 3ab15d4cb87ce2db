using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.Adam;

/// <summary>The units of the coordinates do not matter.</summary>
[Claim(
    "adam/diagonal-scale",
    Says = "With epsilon zero, multiplying the gradients of each coordinate by its own positive number changes no step.",
    Source = "arXiv:1412.6980, abstract",
    Seconds = 0.1)]
internal sealed class DiagonalScale() : AdamClaim(("undivided", AdamDefects.Undivided), ("rootless", AdamDefects.Rootless))
{
    // Steps are of size 1 and a few hundred of them add up, rounded to 1e-14; a thousand times that is allowed.
    private const double Limit = 1e-10;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<AdamOptions, MethodOptions>> Defects =>
        new Dictionary<string, Func<AdamOptions, MethodOptions>>(base.Defects, StringComparer.Ordinal)
        {
            ["epsilon-kept"] = options => options with { Epsilon = 1e-8 },
        };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<AdamOptions, MethodOptions> subject, ClaimContext context)
    {
        const int count = 32;
        var options = new AdamOptions { LearningRate = 1, Epsilon = 0 };
        using var plain = new MovedNumbers(subject(options), new double[count]);
        using var scaled = new MovedNumbers(subject(options), new double[count]);
        var random = new RandomStream(context.Seed.Derive("gradients"));
        double[] gradient = new double[count], times = new double[count];
        // From 1e-7 to 1e7, each coordinate its own.
        double[] factors = [.. Enumerable.Range(0, count).Select(i => Math.Pow(10, (14.0 * i / (count - 1)) - 7))];
        var largest = 0.0;
        for (var step = 0; step < (context.Full ? 5000 : 500); step++)
        {
            for (var i = 0; i < count; i++)
            {
                gradient[i] = 0.3 + random.NextGaussian();
                times[i] = factors[i] * gradient[i];
            }

            var expected = plain.Step(gradient);
            var got = scaled.Step(times);
            for (var i = 0; i < count; i++)
            {
                largest = Math.Max(largest, Math.Abs(got[i] - expected[i]));
            }
        }

        return ClaimOutcome.Of(largest <= Limit, ("largest_deviation", largest), ("limit", Limit));
    }
}
