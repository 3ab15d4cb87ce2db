using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Tasks;

namespace Nabla.Claims.FirstOrder;

/// <summary>Trains a small GPT on the text that ships with the SDK, for claims that compare methods on it.</summary>
/// <param name="context">Quick or full, and the seed.</param>
internal sealed class TextTraining(ClaimContext context)
{
    // More than a model that gives every byte the same chance has, and finite, so that it can be averaged and printed.
    private const double BrokenDown = 10;

    private static readonly Lazy<TextCorpus> s_quick = new(() => TextCorpus.LoadDefault(1 << 18));
    private static readonly Lazy<TextCorpus> s_full = new(() => TextCorpus.LoadDefault(8 << 20));

    private readonly Dictionary<string, List<(double, double)>> _lines = new(StringComparer.Ordinal);

    /// <summary>Parameter updates of a training.</summary>
    public int Steps { get; init; } = context.Full ? 400 : 60;

    // The text is far longer than what a training reads, so the loss of a batch before its step is a loss on new text.
    private int Averaged => Steps / 3;

    /// <summary>The learning rates that every method tries.</summary>
    public IReadOnlyList<double> Rates { get; init; } = context.Full ? [1e-3, 3e-3, 1e-2, 3e-2] : [2.5e-3, 5e-3, 1e-2];

    /// <summary>Trains with each rate on a seed of its own, and then with the best one on all seeds.</summary>
    /// <param name="method">The method at a learning rate.</param>
    /// <param name="seeds">How many seeds. Range: 2 to 5.</param>
    /// <param name="name">What the method is called in pictures and progress.</param>
    /// <returns>The best rate, and the loss on new text of every seed in nats a byte; a large number where training broke down.</returns>
    public (double Rate, double[] Losses) Tuned(Func<double, MethodOptions> method, int seeds, string name)
    {
        context.Progress?.Report(FormattableString.Invariant($"tuning {name} with {Rates.Count} rates"));
        var best = Rates.MinBy(rate => Loss(method, rate, "tuning", null));
        var losses = new double[seeds];
        for (var seed = 0; seed < seeds; seed++)
        {
            context.Progress?.Report(FormattableString.Invariant($"training with {name}, rate {best}, seed {seed + 1} of {seeds}"));
            List<(double, double)>? line = seed == 0 ? _lines[name] = [] : null;
            losses[seed] = Loss(method, best, FormattableString.Invariant($"seed {seed}"), line);
        }

        return (best, losses);
    }

    /// <summary>The mean of paired differences and its 95 % interval by Student's distribution.</summary>
    /// <param name="losses">A loss for every seed. Range: 2 to 5 seeds.</param>
    /// <param name="others">The losses of another method on the same seeds.</param>
    /// <returns>Above 0 where <paramref name="losses"/> are higher.</returns>
    public static (double Mean, double Low, double High) Difference(double[] losses, double[] others)
    {
        // The 97.5 % quantiles for 1 to 4 degrees of freedom.
        double[] quantiles = [12.706, 4.303, 3.182, 2.776];
        double[] differences = [.. losses.Zip(others, (a, b) => a - b)];
        var mean = differences.Average();
        var error = Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / (differences.Length - 1) / differences.Length);
        var half = quantiles[differences.Length - 2] * error;
        return (mean, mean - half, mean + half);
    }

    /// <summary>The losses of the first seed by step, smoothed over ten steps.</summary>
    /// <param name="title">The title.</param>
    public ClaimPlot Plot(string title) => new(
        title, "step", "loss in nats a byte",
        _lines.ToDictionary(
            line => line.Key,
            line => (IReadOnlyList<(double X, double Y)>)[.. line.Value.Chunk(10).Select(c => (c.Average(p => p.Item1), c.Average(p => p.Item2)))],
            StringComparer.Ordinal));

    /// <summary>Trains once.</summary>
    /// <param name="method">The method at a learning rate.</param>
    /// <param name="rate">The rate; over the second half of the steps it goes down to 0 in a line.</param>
    /// <param name="seed">Names the weights and the order of the text.</param>
    /// <param name="line">Takes the loss of every step; null: nobody wants it.</param>
    /// <returns>The loss on new text, over the last third of the steps, in nats a byte; a large number where training broke down.</returns>
    private double Loss(Func<double, MethodOptions> method, double rate, string seed, List<(double Step, double Loss)>? line)
    {
        context.CancellationToken.ThrowIfCancellationRequested();
        using var task = new TextTask(
            new TaskOptions
            {
                Seed = unchecked((long)context.Seed.Derive(seed).Value),
                BatchSize = context.Full ? 16 : 8,
                Layers = context.Full ? 2 : 1,
                Heads = 2,
                Width = context.Full ? 64 : 32,
                Context = context.Full ? 64 : 32,
            },
            (context.Full ? s_full : s_quick).Value);
        using var optimizer = Optimizer.Create(ParameterGroups.Of(task.Model).AssignRest(method(rate)), new ExecutionOptions { Threads = 1 });
        task.Model.Training = true;
        var last = 0.0;
        for (var step = 0; step < Steps; step++)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            using var scope = new TensorScope();
            using var batch = task.NextBatch();
            var loss = task.Loss(batch);
            var value = loss.Item();
            if (!double.IsFinite(value))
            {
                return BrokenDown;
            }

            line?.Add((step + 1, value));
            last += step >= Steps - Averaged ? value / Averaged : 0;
            if (2 * step > Steps)
            {
                // Falling rates take out most of the noise that the order of the batches leaves in the loss.
                optimizer.Groups[0].Options = method(rate * 2 * (Steps - step) / Steps);
            }

            loss.Backward();
            optimizer.Step(new StepInputs(value));
            optimizer.ZeroGradients();
        }

        return last;
    }
}
