using Nabla.Core;
using Nabla.Engine;
using Nabla.Optimizers.FirstOrder;

namespace Nabla.Claims.FirstOrder.AdaGrad;

/// <summary>The regret stays below the paper's bound, which no scale of any coordinate enters alone.</summary>
[Claim(
    "adagrad/regret-bound",
    Says = "The regret against any fixed point is at most (D^2 / (2 learningRate) + learningRate) times the sum over coordinates of the root of the sum of their squared gradients, D the greatest distance of a coordinate.",
    Source = "https://jmlr.org/papers/v12/duchi11a.html, regret bound for diagonal matrices",
    Seconds = 0.2)]
internal sealed class RegretBound() : RuleClaim<AdaGradOptions>(
    ("undivided", options => new SgdOptions { LearningRate = options.LearningRate }),
    ("forgetting", options => new RmsPropOptions { LearningRate = options.LearningRate, Alpha = 0.9 }))
{
    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<AdaGradOptions, MethodOptions> subject, ClaimContext context)
    {
        // One coordinate a step, seldom ones too, with slopes from 1e-4 to 1: losses scale |x - target - noise|.
        const int count = 16;
        const double target = 2;
        var steps = context.Full ? 100_000 : 10_000;
        var options = new AdaGradOptions { LearningRate = 1, Epsilon = 0, InitialAccumulator = 1e-30 };
        using var numbers = new MovedNumbers(subject(options), new double[count]);
        var random = new RandomStream(context.Seed.Derive("losses"));
        double[] gradient = new double[count], squares = new double[count];
        double regret = 0, distance = target;
        for (var step = 0; step < steps; step++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            // Squared, so that low coordinates are drawn often and high ones seldom.
            var u = random.NextDouble();
            var i = (int)(u * u * count);
            var scale = Math.Pow(10, (4.0 * (i * 7 % count) / (count - 1)) - 4);
            var noise = 0.5 * random.NextGaussian();
            var at = numbers.Values[i] - target - noise;
            regret += scale * (Math.Abs(at) - Math.Abs(noise));
            Array.Clear(gradient);
            gradient[i] = scale * Math.Sign(at);
            squares[i] += gradient[i] * gradient[i];
            numbers.Step(gradient);
            distance = Math.Max(distance, Math.Abs(numbers.Values[i] - target));
        }

        var bound = ((distance * distance / (2 * options.LearningRate)) + options.LearningRate) * squares.Sum(Math.Sqrt);
        return ClaimOutcome.Of(
            double.IsFinite(regret) && regret <= bound,
            ("regret", Finite(regret)),
            ("bound", Finite(bound)),
            ("greatest_distance", Finite(distance)));
    }
}
