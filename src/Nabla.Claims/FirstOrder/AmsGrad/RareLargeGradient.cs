using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.AmsGrad;

/// <summary>The example on which Adam goes the wrong way.</summary>
[Claim(
    "amsgrad/rare-large-gradient",
    Says = "For the losses 1010 x every 101st time and -10 x otherwise, whose sum falls to the left, AMSGrad goes left and Adam right.",
    Source = "arXiv:1904.09237, synthetic experiment (without its interval)",
    Seconds = 0.3)]
internal sealed class RareLargeGradient() : RuleClaim<AmsGradOptions>(
    ("forgetting", options => new AdamOptions { LearningRate = options.LearningRate, Beta1 = options.Beta1, Beta2 = options.Beta2 }),
    ("no-momentum-forgetting", options => new RmsPropOptions { LearningRate = options.LearningRate, Alpha = options.Beta2 }))
{
    private const int Period = 101;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<AmsGradOptions, MethodOptions> subject, ClaimContext context)
    {
        var options = new AmsGradOptions { LearningRate = 1e-3, Beta2 = 0.99 };
        var periods = context.Full ? 1000 : 100;
        var (drift, line) = Drift(subject(options), periods, context);
        var (adam, adams) = Drift(
            new AdamOptions { LearningRate = options.LearningRate, Beta1 = options.Beta1, Beta2 = options.Beta2 }, periods, context);
        // The maximum is reached after the first period, and steps are then proportional to the mean of gradients, +10 a
        // period over the root of the maximum, (1 - beta2) 1010^2 and the hundreds of the others.
        return ClaimOutcome.Of(
            drift < 0 && adam > 0,
            ("drift_a_period_over_rate", drift / options.LearningRate),
            ("adam_drift_a_period_over_rate", adam / options.LearningRate)) with
        {
            Plots =
            [
                new ClaimPlot(
                    "Position after each period", "period", "x",
                    new Dictionary<string, IReadOnlyList<(double X, double Y)>> { ["amsgrad"] = line, ["adam"] = adams }),
            ],
        };
    }

    // The first ten periods, in which the means find their level, do not count.
    private static (double Drift, List<(double X, double Y)> Line) Drift(MethodOptions method, int periods, ClaimContext context)
    {
        const int unsettled = 10;
        using var number = new MovedNumbers(method, [0]);
        var line = new List<(double X, double Y)>();
        for (var period = 0; period < periods; period++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            for (var t = 0; t < Period; t++)
            {
                number.Step([t == 0 ? 1010 : -10]);
            }

            line.Add((period + 1, number.Values[0]));
        }

        return ((line[^1].Y - line[unsettled - 1].Y) / (periods - unsettled), line);
    }
}
