using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.MvnGrad;

/// <summary>With little noise the mean step grows with the gradient's mean, where Adam's becomes the sign.</summary>
[Claim(
    "mvn-grad/no-sign-collapse",
    Says = "The mean step is learningRate mu / (s beta1 sqrt(2 / (1 + beta1))) for gradients of mean mu and deviation s: it keeps growing with mu / s, where Adam's saturates at learningRate.",
    Source = "arXiv:2602.10204, abstract; the constant follows from the recursions as beta2 tends to 1",
    Seconds = 0.3)]
internal sealed class NoSignCollapse() : MvnGradClaim(
    ("second-moment", MvnGradDefects.SecondMoment), ("heavy-ball", MvnGradDefects.HeavyBall))
{
    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<MvnGradOptions, MethodOptions> subject, ClaimContext context)
    {
        var figures = new Dictionary<string, double>(StringComparer.Ordinal);
        var points = new List<(double, double)>();
        var adams = new List<(double, double)>();
        var holds = true;
        var options = new MvnGradOptions { LearningRate = 1, Epsilon = 0, VarianceFloor = 0 };
        foreach (var ratio in new[] { 2.5, 25, 250 })
        {
            var v = 2 * options.Beta1 * options.Beta1 / (1 + options.Beta1);
            var expected = ratio / Math.Sqrt(v);
            var (mean, error) = MeanStep(subject(options), ratio, [("m", ratio), ("v", v), ("u", expected)], context);
            var (adam, _) = MeanStep(
                new AdamOptions { LearningRate = 1, Epsilon = 0 }, ratio, [("m", ratio), ("v", (ratio * ratio) + 1)], context);
            // Adam comes to 1 with a little noise of its own. Four standard errors, and the fluctuation of v, which adds about 1 - beta2 in proportion.
            var margin = (4 * error) + (2 * (1 - options.Beta2) * expected);
            holds &= Math.Abs(mean - expected) <= margin && adam <= 1.001;
            figures[FormattableString.Invariant($"step_at_{ratio}")] = mean;
            figures[FormattableString.Invariant($"expected_at_{ratio}")] = expected;
            figures[FormattableString.Invariant($"margin_at_{ratio}")] = margin;
            figures[FormattableString.Invariant($"adam_step_at_{ratio}")] = adam;
            points.Add((ratio, mean));
            adams.Add((ratio, adam));
        }

        return new ClaimOutcome(holds ? Verdict.Holds : Verdict.Fails, figures)
        {
            Plots =
            [
                new ClaimPlot(
                    "Mean step over the learning rate", "mean of the gradient over its deviation", "mean step",
                    new Dictionary<string, IReadOnlyList<(double, double)>> { ["mvn-grad"] = points, ["adam"] = adams })
                {
                    LogX = true, LogY = true,
                },
            ],
        };
    }

    private static (double Mean, double Error) MeanStep(
        MethodOptions method, double ratio, ReadOnlySpan<(string, double)> steady, ClaimContext context)
    {
        const int steps = 1000;
        var count = context.Full ? 4000 : 200;
        using var numbers = new MovedNumbers(method, new double[count]);
        // Begins in the steady state, long after the start, so that corrections have died away.
        numbers.Restart(1_000_000, steady);
        var random = new RandomStream(context.Seed.Derive("gradients"));
        var gradient = new double[count];
        for (var step = 0; step < steps; step++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            Noise.Fill(random, gradient, ratio, 1);
            numbers.Step(gradient);
        }

        return Noise.Average([.. numbers.Values.ToArray().Select(x => -x / steps)]);
    }
}
