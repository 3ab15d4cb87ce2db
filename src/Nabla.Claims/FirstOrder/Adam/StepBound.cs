using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.Adam;

/// <summary>
/// How far a step can go. The paper's bound is that of a single gradient after many zeros; a burst of gradients after many
/// zeros goes further, because the mean of gradients catches up faster than the root of the mean of squares.
/// </summary>
/// <remarks>
/// By Cauchy's inequality the longest step after t gradients is sqrt(Σ a² / b) times the learning rate, a and b being the
/// weights of a gradient in the corrected means. It is attained by gradients in proportion to a / b, which the experiment
/// runs. With the default settings it goes to sqrt(52.9) = 7.3, where the paper has sqrt(10) = 3.2.
/// </remarks>
[Claim(
    "adam/step-bound",
    Says = "No step is longer than the learning rate times (1 - beta1) / sqrt(1 - beta2), or than the learning rate where that is more.",
    Source = "arXiv:1412.6980, on the size of a step",
    Seconds = 0.1,
    Expected = Verdict.Fails)]
internal sealed class StepBound() : AdamClaim(("undamped-squares", AdamDefects.UndampedSquares))
{
    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<AdamOptions, MethodOptions> subject, ClaimContext context)
    {
        // Not many more: the squares of the first gradients must stay above the least number there is.
        var steps = context.Full ? 1500 : 500;
        var options = new AdamOptions { LearningRate = 1, Epsilon = 0 };
        var claimed = Math.Max(1, (1 - options.Beta1) / Math.Sqrt(1 - options.Beta2));
        // One coordinate for the worst case, one for a single gradient after zeros, some for noise.
        const int noisy = 8;
        using var numbers = new MovedNumbers(subject(options), new double[noisy + 2]);
        var random = new RandomStream(context.Seed.Derive("gradients"));
        var gradient = new double[noisy + 2];
        double sum = 0, worst = 0, single = 0, usual = 0;
        for (var t = 1; t <= steps; t++)
        {
            var ago = steps - t;
            var mean = (1 - options.Beta1) * Math.Pow(options.Beta1, ago) / (1 - Math.Pow(options.Beta1, steps));
            var square = (1 - options.Beta2) * Math.Pow(options.Beta2, ago) / (1 - Math.Pow(options.Beta2, steps));
            sum += mean * mean / square;
            // A gradient of exactly zero with nothing before it would be 0 / 0.
            gradient[0] = mean / square;
            gradient[1] = t == steps ? 1 : 1e-100;
            for (var i = 0; i < noisy; i++)
            {
                gradient[i + 2] = random.NextGaussian();
            }

            var moves = numbers.Move(gradient);
            usual = Math.Max(usual, moves.Skip(2).Max(Math.Abs));
            (worst, single) = (Math.Max(worst, Math.Abs(moves[0])), Math.Max(single, Math.Abs(moves[1])));
        }

        // 1e-12 is far above the roundings of a step and far below the difference between the bounds.
        var longest = Math.Max(worst, Math.Max(single, usual));
        return ClaimOutcome.Of(
            longest <= claimed * (1 + 1e-12),
            ("longest_step", longest),
            ("claimed_bound", claimed),
            ("bound_by_cauchy", Math.Sqrt(sum)),
            ("step_after_one_gradient", single),
            ("longest_step_in_noise", usual));
    }
}
