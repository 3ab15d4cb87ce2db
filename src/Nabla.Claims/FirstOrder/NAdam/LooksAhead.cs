using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.NAdam;

/// <summary>Nesterov's look ahead brings Adam closer in the same number of steps.</summary>
[Claim(
    "nadam/looks-ahead",
    Says = "With Nesterov's momentum in place of plain momentum Adam comes to a lower loss in the same number of steps, each at its best rate.",
    Source = "Dozat 2016, Incorporating Nesterov Momentum into Adam; here on a quadratic without noise",
    Seconds = 0.5)]
internal sealed class LooksAhead() : RuleClaim<NAdamOptions>(
    ("plain-momentum", options => new AdamOptions { LearningRate = options.LearningRate, Beta1 = options.Beta1, Beta2 = options.Beta2 }))
{
    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<NAdamOptions, MethodOptions> subject, ClaimContext context)
    {
        double[] rates = [.. Enumerable.Range(0, 10).Select(k => 1e-3 * Math.Pow(2, k))];
        var steps = context.Full ? 2000 : 200;
        var (loss, best) = rates.Select(rate => (Loss(subject(new NAdamOptions { LearningRate = rate }), steps), rate)).Min();
        var (adam, adamBest) = rates.Select(rate => (Loss(new AdamOptions { LearningRate = rate }, steps), rate)).Min();
        // Nothing is random here; a tenth is far more than the choice of rates on a grid of factors of 2 could explain.
        return ClaimOutcome.Of(
            loss < 0.1 * adam, ("log10_loss", Math.Log10(loss)), ("rate", best), ("adam_log10_loss", Math.Log10(adam)), ("adam_rate", adamBest));
    }

    private static double Loss(MethodOptions method, int steps)
    {
        const int count = 20;
        double[] curvatures = [.. Enumerable.Range(0, count).Select(i => Math.Pow(100, (i / (count - 1.0)) - 1))];
        var gradient = new double[count];
        using var numbers = new MovedNumbers(method, [.. curvatures.Select(_ => 1.0)]);
        for (var step = 0; step < steps; step++)
        {
            for (var i = 0; i < count; i++)
            {
                gradient[i] = curvatures[i] * numbers.Values[i];
            }

            numbers.Step(gradient);
        }

        // Not below what a double can tell from nothing, so that the logarithm stays finite.
        return Math.Max(1e-100, numbers.Values.ToArray().Zip(curvatures, (x, h) => h * x * x / 2).Sum());
    }
}
