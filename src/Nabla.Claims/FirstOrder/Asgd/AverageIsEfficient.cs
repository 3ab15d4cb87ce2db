using Nabla.Claims.FirstOrder.MvnGrad;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.Asgd;

/// <summary>The average of slowly slowing descent reaches the least variance that any estimate can have.</summary>
[Claim(
    "asgd/average-is-efficient",
    Says = "The average over n steps comes to the least possible variance, s^2 / (H^2 n) for curvature H and noise s in the gradient, whatever the rate, where the last point stays far above it.",
    Source = "doi:10.1137/0330046, on the asymptotic distribution of the average",
    Seconds = 0.8)]
internal sealed class AverageIsEfficient() : RuleClaim<AsgdOptions>(
    ("last-point", options => options with { T0 = 1e9 }),
    ("rate-falls-too-fast", options => options with { Alpha = 3 }))
{
    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<AsgdOptions, MethodOptions> subject, ClaimContext context)
    {
        const int steps = 3000;
        const double before = 300, pull = 0.1, curvature = 0.9 + pull;
        var count = context.Full ? 10_000 : 500;
        var figures = new Dictionary<string, double>(StringComparer.Ordinal);
        var holds = true;
        foreach (var rate in new[] { 0.3, 1.0 })
        {
            var options = new AsgdOptions { LearningRate = rate, Lambd = pull, T0 = before };
            var start = new double[count];
            Array.Fill(start, 1);
            using var numbers = new MovedNumbers(subject(options), start);
            var random = new RandomStream(context.Seed.Derive("noise"));
            var gradient = new double[count];
            for (var step = 0; step < steps; step++)
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                for (var i = 0; i < count; i++)
                {
                    // The method's own pull to zero adds the rest of the curvature.
                    gradient[i] = ((curvature - pull) * numbers.Values[i]) + random.NextGaussian();
                }

                numbers.Step(gradient);
            }

            var least = 1 / (curvature * curvature * (steps - before));
            var (average, error) = Noise.Average([.. numbers.State("average").Select(a => a * a / least)]);
            var last = Noise.Average([.. numbers.Values.ToArray().Select(x => x * x / least)]).Mean;
            // Four standard errors, and what the ends of the average leave: of order 1 / (n rate H) at the last rate.
            var lastRate = rate / Math.Pow(1 + (pull * rate * steps), options.Alpha);
            var margin = (4 * error) + (2 / ((steps - before) * lastRate * curvature));
            holds &= Math.Abs(average - 1) <= margin && last >= 3;
            figures[FormattableString.Invariant($"average_over_least_at_rate_{rate}")] = Finite(average);
            figures[FormattableString.Invariant($"margin_at_rate_{rate}")] = Finite(margin);
            figures[FormattableString.Invariant($"last_over_least_at_rate_{rate}")] = Finite(last);
        }

        return new ClaimOutcome(holds ? Verdict.Holds : Verdict.Fails, figures);
    }
}
