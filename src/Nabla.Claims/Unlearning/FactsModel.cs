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

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    /// <summary>What is known of facts.</summary>
    /// <param name="Loss">Mean negative log-probability of answer tokens.</param>
    /// <param name="Accuracy">Share of value tokens that are the likeliest.</param>
    /// <param name="Probability">Mean over facts of the geometric mean of token probabilities.</param>
    /// <param name="Whole">Share of facts all of whose value tokens are the likeliest.</param>
    public sealed record Knowledge(double Loss, double Accuracy, double Probability, double Whole);
}
