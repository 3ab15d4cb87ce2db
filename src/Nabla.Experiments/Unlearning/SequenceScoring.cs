using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Experiments.Unlearning;

/// <summary>Asks a model for the probabilities of given answers, token by token.</summary>
public static class SequenceScoring
{
    // Numbers of a batch of logits at most; 2^24 floats are 64 MiB.
    private const long MostNumbers = 1 << 24;
    private const int MostSequences = 64;
    private const double LeastVariance = 1e-6;

    /// <summary>Scores answers.</summary>
    /// <param name="scorer">The model, or what takes its place.</param>
    /// <param name="examples">Prompts with their answers.</param>
    /// <param name="cancellation">Ends early with <see cref="OperationCanceledException"/>.</param>
    /// <returns>For each example what the model says of its answer.</returns>
    public static IReadOnlyList<ScoredAnswer> Score(
        ISequenceScorer scorer, IReadOnlyList<TokenExample> examples, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        ArgumentNullException.ThrowIfNull(examples);
        ScoredAnswer[] scored = new ScoredAnswer[examples.Count];
        // Sequences of like length go together: padding costs as much as text.
        int[] order = [.. Enumerable.Range(0, examples.Count).OrderBy(i => Length(examples[i])).ThenBy(i => i)];
        for (int from = 0; from < order.Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            int to = from + 1;
            while (to < order.Length && to - from < MostSequences
                && (to - from + 1L) * Length(examples[order[to]]) * scorer.Vocabulary <= MostNumbers)
            {
                to++;
            }

            Batch(scorer, examples, order[from..to], scored);
            from = to;
        }

        return scored;
    }

    private static int Length(TokenExample example) => example.Prompt.Count + example.Answer.Count - 1;

    private static void Batch(ISequenceScorer scorer, IReadOnlyList<TokenExample> examples, int[] batch, ScoredAnswer[] scored)
    {
        using TensorScope scope = new();
        using var mode = GradMode.Disable();
        int longest = batch.Max(i => Length(examples[i]));
        long[] tokens = new long[batch.Length * longest];
        List<long> rows = [];
        List<long> targets = [];
        for (int b = 0; b < batch.Length; b++)
        {
            TokenExample example = examples[batch[b]];
            for (int t = 0; t < Length(example); t++)
            {
                tokens[(b * longest) + t] = t < example.Prompt.Count ? example.Prompt[t] : example.Answer[t - example.Prompt.Count];
            }

            for (int t = 0; t < example.Answer.Count; t++)
            {
                rows.Add((b * longest) + example.Prompt.Count - 1 + t);
                targets.Add(example.Answer[t]);
            }
        }

        Tensor logits = scorer.ScoreAll(Tensor.From<long>(tokens, batch.Length, longest)).To(Device.Cpu, DType.Float32)
            .Reshape(-1, scorer.Vocabulary).IndexSelect(0, Tensor.From<long>([.. rows], rows.Count));
        Tensor logs = logits.LogSoftmax(1);
        Tensor probabilities = logs.Exp();
        // Where a token is impossible its logarithm is -infinity and its share of the mean 0.
        Tensor finite = logs.ClampMin(-1e4);
        Tensor mean = (probabilities * finite).Sum([1L], false);
        Tensor square = (probabilities * finite * finite).Sum([1L], false);
        double[] chosen = logs.Gather(1, Tensor.From<long>([.. targets], targets.Count, 1)).Reshape(-1).ToDoubles();
        double[] means = mean.ToDoubles(), squares = square.ToDoubles();
        long[] best = logits.Argmax(1).ToArray<long>();
        int row = 0;
        foreach (int index in batch)
        {
            int count = examples[index].Answer.Count, first = row;
            scored[index] = new ScoredAnswer(
                chosen[first..(first + count)],
                [.. Enumerable.Range(first, count).Select(r => best[r] == targets[r])],
                means[first..(first + count)],
                [.. Enumerable.Range(first, count).Select(r => Math.Sqrt(Math.Max(LeastVariance, squares[r] - (means[r] * means[r]))))]);
            row += count;
        }
    }
}
