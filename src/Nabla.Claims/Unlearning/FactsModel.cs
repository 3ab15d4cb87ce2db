using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Models;
using Nabla.Problems.Unlearning;

namespace Nabla.Claims.Unlearning;

/// <summary>A model with facts to forget and facts to keep, and what it still knows of them.</summary>
/// <param name="Model">The model.</param>
/// <param name="Task">The facts.</param>
internal sealed record FactsModel(Gpt Model, LanguageUnlearningTask Task) : IDisposable
{
    /// <summary>What a scorer knows of a set under teacher forcing; the model itself if none is given.</summary>
    public Knowledge Of(ExampleSet set, ISequenceScorer? scorer = null)
    {
        using var scope = new TensorScope();
        using var mode = GradMode.Disable();
        var count = Task.Count(set);
        ISequenceScorer by = scorer ?? Model;
        var examples = Enumerable.Range(0, count).Select(i => Task.Example(set, i)).ToArray();
        var longest = examples.Max(e => e.Prompt.Count + e.Answer.Count) - 1;
        var tokens = new long[count * longest];
        for (var i = 0; i < count; i++)
        {
            int[] all = [.. examples[i].Prompt, .. examples[i].Answer];
            for (var t = 0; t < all.Length - 1; t++)
            {
                tokens[(i * longest) + t] = all[t];
            }
        }

        var logs = by.ScoreAll(Tensor.From<long>(tokens, count, longest)).LogSoftmax(-1).ToDoubles();
        double nll = 0, right = 0, read = 0, probability = 0, whole = 0;
        for (var i = 0; i < count; i++)
        {
            var (own, all) = (0.0, true);
            for (var t = 0; t < examples[i].Answer.Count; t++)
            {
                var row = logs.AsSpan(((i * longest) + examples[i].Prompt.Count - 1 + t) * by.Vocabulary, by.Vocabulary);
                var log = row[examples[i].Answer[t]];
                own -= log;
                // The ending token says nothing of the fact.
                if (t < examples[i].Answer.Count - 1)
                {
                    var best = true;
                    foreach (var other in row)
                    {
                        best &= other <= log;
                    }

                    right += best ? 1 : 0;
                    read++;
                    all &= best;
                }
            }

            nll += own;
            probability += Math.Exp(-own / examples[i].Answer.Count);
            whole += all ? 1 : 0;
        }

        return new(nll / examples.Sum(e => e.Answer.Count), right / read, probability / count, whole / count);
    }

    /// <summary>How likely a wrong answer is beside the right one, for each fact to forget: geometric means a token, over five wrong values.</summary>
    public double[] TruthRatios(Seed seed, ISequenceScorer? scorer = null)
    {
        ISequenceScorer by = scorer ?? Model;
        RandomStream random = new(seed.Derive("wrong answers"));
        return
        [
            .. Enumerable.Range(0, Task.Count(ExampleSet.Forget)).Select(i =>
            {
                var right = Task.Example(ExampleSet.Forget, i);
                TokenExample[] all = [right, .. Enumerable.Range(0, 5).Select(_ => right with { Answer = LearnedFacts.WrongAnswer(right, random) })];
                var logs = LogProbabilities(by, all);
                return Math.Exp(logs.Skip(1).Average() - logs[0]);
            }),
        ];
    }

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    // Mean log-probability a token of answers to one prompt, all of the same length.
    private static double[] LogProbabilities(ISequenceScorer by, TokenExample[] examples)
    {
        using var scope = new TensorScope();
        using var mode = GradMode.Disable();
        var length = examples[0].Prompt.Count + examples[0].Answer.Count - 1;
        long[] tokens = [.. examples.SelectMany(e => e.Prompt.Concat(e.Answer).Take(length)).Select(t => (long)t)];
        var logs = by.ScoreAll(Tensor.From<long>(tokens, examples.Length, length)).LogSoftmax(-1).ToDoubles();
        return
        [
            .. examples.Select((e, row) => e.Answer.Select((token, t) =>
                logs[(((row * length) + e.Prompt.Count - 1 + t) * by.Vocabulary) + token]).Average()),
        ];
    }

    /// <summary>What is known of facts.</summary>
    /// <param name="Loss">Mean negative log-probability of answer tokens.</param>
    /// <param name="Accuracy">Share of value tokens that are the likeliest.</param>
    /// <param name="Probability">Mean over facts of the geometric mean of token probabilities.</param>
    /// <param name="Whole">Share of facts all of whose value tokens are the likeliest.</param>
    public sealed record Knowledge(double Loss, double Accuracy, double Probability, double Whole);
}
