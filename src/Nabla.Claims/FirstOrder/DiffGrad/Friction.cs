using Nabla.Core;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.DiffGrad;

/// <summary>diffGrad's steps shrink where gradients agree.</summary>
[Claim(
    "diffgrad/friction",
    Says = "A step is half of Adam's where the gradient is that of the step before, and grows towards Adam's as the gradient changes faster.",
    Source = "arXiv:1909.11015; it follows from the update rule",
    Seconds = 0.1)]
internal sealed class Friction() : RuleClaim<DiffGradOptions>(
    ("no-friction", Adam),
    ("half-of-adam", o => Adam(o with { LearningRate = o.LearningRate / 2 })))
{
    private const double Limit = 1e-12;

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<DiffGradOptions, MethodOptions> subject, ClaimContext context)
    {
        // Each element swings by its own amount about the same mean.
        double[] swings = [0, 0.1, 0.5, 1, 2, 5, 10, 20, 40];
        var options = new DiffGradOptions { LearningRate = 1, Epsilon = 0 };
        using var method = new MovedNumbers(subject(options), new double[swings.Length]);
        using var adam = new MovedNumbers(Adam(options), new double[swings.Length]);
        var deviation = 0.0;
        var last = new double[swings.Length];
        for (var step = 0; step < 40; step++)
        {
            double[] gradient = [.. swings.Select(s => 1 + (step % 2 == 0 ? s / 2 : -s / 2))];
            var (ours, theirs) = (method.Move(gradient), adam.Move(gradient));
            for (var i = 0; i < swings.Length && step > 0; i++)
            {
                last[i] = ours[i] / theirs[i];
                deviation = Math.Max(deviation, Math.Abs(last[i] - (1 / (1 + Math.Exp(-swings[i])))));
            }
        }

        var grows = true;
        for (var i = 1; i < last.Length; i++)
        {
            grows &= last[i] >= last[i - 1] - Limit;
        }

        return ClaimOutcome.Of(
            deviation <= Limit && grows,
            ("share_of_adams_step_when_constant", last[0]),
            ("share_of_adams_step_when_swinging_by_40", last[^1]),
            ("largest_deviation_from_the_sigmoid", deviation),
            ("limit", Limit));
    }

    private static AdamWOptions Adam(DiffGradOptions o) =>
        new() { LearningRate = o.LearningRate, Beta1 = o.Beta1, Beta2 = o.Beta2, Epsilon = o.Epsilon, WeightDecay = 0 };
}
