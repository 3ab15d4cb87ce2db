using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Tokens;
using Nabla.Problems.Unlearning;

namespace Nabla.Experiments.Unlearning;

/// <summary>Asks a model the questions of sets and scores what it says.</summary>
/// <param name="tokens">Makes tokens of examples.</param>
/// <param name="tokenizer">Makes text of what the model answers.</param>
/// <param name="endTokens">What ends an answer.</param>
/// <param name="maxNewTokens">The most tokens of an answer; at least 1.</param>
public sealed class ModelJudge(ExampleTokens tokens, ByteLevelTokenizer tokenizer, IReadOnlyList<int> endTokens, int maxNewTokens = 200)
{
    private const int Together = 32;

    /// <summary>The most tokens of an answer unless said otherwise, as TOFU has it.</summary>
    public const int DefaultNewTokens = 200;

    /// <summary>Judges a model by a set.</summary>
    /// <param name="scorer">The model, or what takes its place.</param>
    /// <param name="set">The set.</param>
    /// <param name="module">The model as a module, for gradients; null: gradient norms are not measured.</param>
    /// <param name="withMembership">Whether scores of membership are taken.</param>
    /// <param name="cancellation">Ends early with <see cref="OperationCanceledException"/>.</param>
    public SetScores Judge(
        ISequenceScorer scorer, AuditSet set, Module? module = null, bool withMembership = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        ArgumentNullException.ThrowIfNull(set);
        IReadOnlyList<TokenExample>[] pieces = [.. set.Examples.Select(tokens.Of)];
        ScoredAnswer[] scored = [.. Joined(SequenceScoring.Score(scorer, [.. pieces.SelectMany(p => p)], cancellation), pieces)];
        IReadOnlyList<double>[] wrong = set.HasWrongAnswers ? Wrong(scorer, set, cancellation) : [];
        // The paraphrase is what a truth ratio compares with, where a file has one.
        double[] right = wrong.Length == 0 ? [] : Right(scorer, set, scored, cancellation);
        int[] endings = [.. set.Examples.Select(tokens.EndingTokens)];
        bool[][] hits = [.. scored.Select((s, i) => s.Hits.Take(Math.Max(1, s.Hits.Count - endings[i])).ToArray())];
        bool isText = set.Examples.All(e => e.Kind != ExampleKind.Document);
        string[] answers = isText ? Answers(scorer, set, cancellation) : [];
        return new SetScores(set)
        {
            Probability = set.HasOptions && wrong.Length > 0
                ? [.. scored.Select((s, i) => TruthRatio.AmongOptions(s.Loss, wrong[i]))]
                : [.. scored.Select(s => s.Probability)],
            Losses = [.. scored.Select(s => s.Loss)],
            Rouge = [.. answers.Select((a, i) => RougeScore.Of(a, set.Examples[i].Answer).Recall)],
            TruthRatios = [.. wrong.Select((w, i) => TruthRatio.Of(right[i], w))],
            ExactMemorization = [.. hits.Select(Memorization.Exact)],
            ExtractionStrength = [.. hits.Select(Memorization.ExtractionStrength)],
            Accuracy = set.Examples.All(e => e.Kind == ExampleKind.Choice) ? Accuracy(scorer, set, cancellation) : [],
            Answers = answers,
            Membership = withMembership ? Membership(set, scored, pieces, module, cancellation) : new Dictionary<string, IReadOnlyList<double>>(),
        };
    }

    private static IEnumerable<ScoredAnswer> Joined(IReadOnlyList<ScoredAnswer> scored, IReadOnlyList<TokenExample>[] pieces)
    {
        int at = 0;
        foreach (IReadOnlyList<TokenExample> one in pieces)
        {
            ScoredAnswer[] parts = [.. Enumerable.Range(at, one.Count).Select(i => scored[i])];
            at += one.Count;
            yield return parts.Length == 1
                ? parts[0]
                : new ScoredAnswer(
                    [.. parts.SelectMany(p => p.LogProbabilities)],
                    [.. parts.SelectMany(p => p.Hits)],
                    [.. parts.SelectMany(p => p.Means)],
                    [.. parts.SelectMany(p => p.Deviations)]);
        }
    }

    private IReadOnlyList<double>[] Wrong(ISequenceScorer scorer, AuditSet set, CancellationToken cancellation)
    {
        IReadOnlyList<ScoredAnswer> scored = SequenceScoring.Score(
            scorer, [.. set.Examples.SelectMany(e => e.WrongAnswers.Select((w, i) => tokens.With(e, w, $"{e.Id}#wrong{i}")))], cancellation);
        List<IReadOnlyList<double>> losses = [];
        int at = 0;
        foreach (UnlearningExample example in set.Examples)
        {
            losses.Add([.. scored.Skip(at).Take(example.WrongAnswers.Count).Select(s => s.Loss)]);
            at += example.WrongAnswers.Count;
        }

        return [.. losses];
    }

    private double[] Right(ISequenceScorer scorer, AuditSet set, ScoredAnswer[] plain, CancellationToken cancellation)
    {
        int[] other = [.. Enumerable.Range(0, plain.Length).Where(i => !set.HasOptions && set.Examples[i].Paraphrase is not null)];
        IReadOnlyList<ScoredAnswer> scored = SequenceScoring.Score(
            scorer, [.. other.Select(i => tokens.With(set.Examples[i], set.Examples[i].Paraphrase!, set.Examples[i].Id))], cancellation);
        double[] losses = [.. plain.Select(p => p.Loss)];
        for (int i = 0; i < other.Length; i++)
        {
            losses[other[i]] = scored[i].Loss;
        }

        return losses;
    }

    private string[] Answers(ISequenceScorer scorer, AuditSet set, CancellationToken cancellation)
    {
        List<string> answers = [];
        DecodingOptions options = new() { MaxNewTokens = maxNewTokens, Stop = endTokens };
        foreach (UnlearningExample[] some in set.Examples.Chunk(Together))
        {
            cancellation.ThrowIfCancellationRequested();
            IReadOnlyList<int>[] prompts = [.. some.Select(tokens.Prompt)];
            answers.AddRange(TokenGeneration.Generate(scorer, prompts, options, cancellationToken: cancellation).Select(t => tokenizer.Decode(t).Trim()));
        }

        return [.. answers];
    }

    private double[] Accuracy(ISequenceScorer scorer, AuditSet set, CancellationToken cancellation)
    {
        TokenExample[] letters =
        [
            .. set.Examples.SelectMany(e => e.Choices.Select((_, i) => tokens.With(e, ((char)('A' + i)).ToString(), e.Id)))
                .Select(e => e with { Answer = [.. e.Answer.Take(1)] }),
        ];
        double[] losses = [.. SequenceScoring.Score(scorer, letters, cancellation).Select(s => s.Loss)];
        List<double> right = [];
        int at = 0;
        foreach (UnlearningExample example in set.Examples)
        {
            double[] own = losses[at..(at + example.Choices.Count)];
            right.Add(Array.IndexOf(own, own.Min()) == example.Correct ? 1 : 0);
            at += own.Length;
        }

        return [.. right];
    }

    private static Dictionary<string, IReadOnlyList<double>> Membership(
        AuditSet set, ScoredAnswer[] scored, IReadOnlyList<TokenExample>[] pieces, Module? module, CancellationToken cancellation)
    {
        Dictionary<string, IReadOnlyList<double>> scores = new(StringComparer.Ordinal)
        {
            ["loss"] = [.. scored.Select(s => s.Loss)],
            ["zlib"] = [.. scored.Select((s, i) => MembershipScores.Zlib(s.Loss, set.Examples[i].Answer))],
            ["min_k"] = [.. scored.Select(s => MembershipScores.LowestShare(s))],
            ["min_k_plus_plus"] = [.. scored.Select(s => MembershipScores.LowestStandardizedShare(s))],
        };
        if (module is not null)
        {
            scores["gradient_norm"] = GradientNorms(module, pieces, cancellation);
        }

        return scores;
    }

    private static double[] GradientNorms(Module module, IReadOnlyList<TokenExample>[] pieces, CancellationToken cancellation)
    {
        double[] norms = new double[pieces.Length];
        for (int i = 0; i < pieces.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using TensorScope scope = new();
            LanguageUnlearningTask task = new(module, pieces[i], []);
            Tensor[] values = [.. module.Parameters.Select(p => p.Value)];
            foreach (Parameter parameter in module.Parameters)
            {
                parameter.Value.Gradient = null;
            }

            task.Loss(ExampleSet.Forget, [.. Enumerable.Range(0, pieces[i].Count)]).Backward();
            // The mean over tensors, as the published code takes it.
            norms[i] = values.Average(v => v.Gradient is { } gradient ? Math.Sqrt((gradient * gradient).Sum().Item()) : 0);
            foreach (Parameter parameter in module.Parameters)
            {
                parameter.Value.Gradient = null;
            }
        }

        return norms;
    }
}
