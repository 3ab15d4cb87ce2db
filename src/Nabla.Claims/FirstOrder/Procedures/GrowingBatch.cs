using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Objectives;
using Nabla.Procedures.FirstOrder;

namespace Nabla.Claims.FirstOrder.Procedures;

/// <summary>The batch grows with the noise only, and the growing batch saves steps without losing accuracy.</summary>
[Claim(
    "adadagrad/growing-batch",
    Says = "The batch grows only when the variance test fires; final accuracy matches AdaGrad with the small first batch after as many sample gradients and fewer steps.",
    Source = "arXiv:2402.11215, abstract",
    Seconds = 0.5)]
internal sealed class GrowingBatch : Claim<Func<AdaDaGradOptions, AdaDaGradOptions>>
{
    /// <inheritdoc/>
    protected override Func<AdaDaGradOptions, AdaDaGradOptions> Method => options => options;

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, Func<AdaDaGradOptions, AdaDaGradOptions>> Defects { get; } =
        new Dictionary<string, Func<AdaDaGradOptions, AdaDaGradOptions>>
        {
            ["test-without-effect"] = options => options with { MaximumBatch = options.InitialBatch },
            ["epsilon-swamps-the-root"] = options => options with { Epsilon = 100 },
        };

    /// <inheritdoc/>
    protected override ClaimOutcome Examine(Func<AdaDaGradOptions, AdaDaGradOptions> subject, ClaimContext context)
    {
        var seeds = context.Full ? 20 : 6;
        var count = context.Full ? 4000 : 1000;
        const int dimension = 10;
        var first = new AdaDaGradOptions { LearningRate = 1, Ratio = 1, InitialBatch = 8 };
        var gains = new List<double>();
        double steps = 0, fixedSteps = 0, last = 0;
        var isMonotone = true;
        for (var s = 0; s < seeds; s++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            var seed = context.Seed.Derive(s);
            var all = SyntheticData.Draw(seed.Derive("data"), 2 * count, SyntheticData.Deviations(dimension, 3), 1);
            var test = new SyntheticData(all.Rows[(count * dimension)..], all.Outputs[count..]);
            var problem = new LinearModelLoss(all.Rows.AsSpan(0, count * dimension), all.Labels.AsSpan(0, count), LossKind.Logistic);
            var stop = new StoppingRule { Iterations = int.MaxValue, GradientQueries = 20L * count };
            var grown = new AdaDaGrad(subject(first)).Minimize(problem, new double[dimension], stop, seed);
            var kept = new AdaDaGrad(first with { MaximumBatch = first.InitialBatch }).Minimize(problem, new double[dimension], stop, seed);
            gains.Add(test.Accuracy(grown.Result.Point) - test.Accuracy(kept.Result.Point));
            steps += (double)grown.Batches.Count / seeds;
            fixedSteps += (double)kept.Batches.Count / seeds;
            last += (double)grown.Batches[^1] / seeds;
            isMonotone &= grown.Batches.Zip(grown.Batches.Skip(1)).All(pair => pair.First <= pair.Second);
        }

        var mean = gains.Average();
        var error = Math.Sqrt(gains.Sum(g => (g - mean) * (g - mean)) / (seeds - 1) / seeds);
        // Three standard errors, and never less than one test row in two hundred.
        var margin = Math.Max(3 * error, 0.005);
        var quiet = BatchesWithoutNoise(subject(first));
        var holds = isMonotone && quiet == first.InitialBatch && last > 2 * first.InitialBatch && steps < fixedSteps / 2 && mean >= -margin;
        return ClaimOutcome.Of(
            holds,
            ("steps", steps),
            ("steps_fixed_batch", fixedSteps),
            ("last_batch", last),
            ("last_batch_without_noise", quiet),
            ("accuracy_gain", mean),
            ("accuracy_margin", margin));
    }

    // All samples are one: their gradients agree, no test may fire.
    private static double BatchesWithoutNoise(AdaDaGradOptions options)
    {
        double[] rows = [.. Enumerable.Repeat(new[] { 1.0, 2.0 }, 50).SelectMany(r => r)];
        var problem = new LinearModelLoss(rows, [.. Enumerable.Repeat(1.0, 50)], LossKind.Logistic);
        return new AdaDaGrad(options).Minimize(problem, [0, 0], new() { Iterations = 30 }, Seed.From(1)).Batches[^1];
    }
}
