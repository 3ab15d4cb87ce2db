using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.MvnGrad;

/// <summary>One spike, however large, adds at most a fixed length to a step.</summary>
[Claim(
    "mvn-grad/bounded-spike",
    Says = "One gradient of any size adds at most (1 - beta1) / (1 - beta1^t) sqrt(1 - beta2^t) / (beta1 sqrt(1 - beta2)) learning rates to the step, and later steps are shorter.",
    Source = "arXiv:2602.10204, abstract; the limit follows from the update rule",
    Seconds = 0.2)]
internal sealed class BoundedSpike() : MvnGradClaim(
    ("stale-variance", MvnGradDefects.StaleVariance), ("no-variance-correction", MvnGradDefects.NoVarianceCorrection))
{
    // From G = 1e4 on, noise of size 1 and a spike G differ from the limit by about 1 / ((1 - beta2) G^2) = 1e-5.
    private const double Limit = 1e-4;

    private const int StepsBefore = 500;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<MvnGradOptions, MethodOptions> subject, ClaimContext context)
    {
        const int t = StepsBefore + 1;
        var options = new MvnGradOptions { LearningRate = 1, Epsilon = 0, VarianceFloor = 0 };
        var expected = (1 - options.Beta1) / (1 - Math.Pow(options.Beta1, t)) * Math.Sqrt(1 - Math.Pow(options.Beta2, t))
            / (options.Beta1 * Math.Sqrt(1 - options.Beta2));
        double deviation = 0, first = 0, later = 0;
        var line = new List<(double, double)>();
        foreach (var exponent in new[] { -1, 0, 1, 2, 3, 4, 8, 12 })
        {
            var size = Math.Pow(10, exponent);
            var (up, afterUp) = Spike(subject(options), size, context);
            var (down, afterDown) = Spike(subject(options), -size, context);
            var most = 0.0;
            for (var i = 0; i < up.Length; i++)
            {
                // What the momentum already held is in both steps and leaves with the difference.
                var added = Math.Abs(up[i] - down[i]) / 2;
                deviation = exponent < 4 ? deviation : Math.Max(deviation, Math.Abs((added / expected) - 1));
                most = Math.Max(most, added);
                first = Math.Max(first, Math.Max(Math.Abs(up[i]), Math.Abs(down[i])));
            }

            line.Add((size, most));
            later = Math.Max(later, Math.Max(afterUp, afterDown));
        }

        return ClaimOutcome.Of(
            deviation <= Limit && later < first,
            ("added_by_largest_spike", line[^1].Item2),
            ("expected", expected),
            ("largest_relative_deviation", deviation),
            ("limit", Limit),
            ("largest_step_at_spike", first),
            ("largest_step_later", later)) with
        {
            Plots =
            [
                new ClaimPlot(
                    "What a spike adds to a step", "size of the spike over the noise", "learning rates",
                    new Dictionary<string, IReadOnlyList<(double, double)>> { ["mvn-grad"] = line }) { LogX = true },
            ],
        };
    }

    private static (double[] AtSpike, double LargestLater) Spike(MethodOptions method, double size, ClaimContext context)
    {
        var count = context.Full ? 1000 : 16;
        context.CancellationToken.ThrowIfCancellationRequested();
        using var numbers = new MovedNumbers(method, new double[count]);
        var random = new RandomStream(context.Seed.Derive("gradients"));
        var gradient = new double[count];
        for (var step = 0; step < StepsBefore; step++)
        {
            Noise.Fill(random, gradient, 0, 1);
            numbers.Step(gradient);
        }

        Array.Fill(gradient, size);
        var atSpike = numbers.Move(gradient);
        var later = 0.0;
        for (var step = 0; step < 100; step++)
        {
            Noise.Fill(random, gradient, 0, 1);
            later = Math.Max(later, numbers.Move(gradient).Max(Math.Abs));
        }

        return (atSpike, later);
    }
}
