using Nabla.Core;
using Nabla.Problems.Datasets;
using Nabla.Problems.Tokens;
using Nabla.Problems.Unlearning;

namespace Nabla.Experiments.Unlearning;

/// <summary>
/// Questions on knowledge as MUSE asks them (arXiv:2407.06460): answered examples stand before each question, the model goes on greedily, and
/// what it says until the next question is compared with the true answer by the F1 of ROUGE-L without stems.
/// </summary>
/// <remarks>The published code also tidies blanks before punctuation in what a model says; scores by words do not see that, but for endings such as "n't".</remarks>
public sealed class KnowledgeQuestions
{
    /// <summary>The most tokens of an answer unless said otherwise, as MUSE has it.</summary>
    public const int DefaultNewTokens = 32;

    private const int Together = 16;
    private static readonly string[] _ends = ["\n\n", "\nQuestion", "Question:"];

    private readonly ByteLevelTokenizer _tokenizer;
    private readonly IReadOnlyList<int> _endTokens;
    private readonly IReadOnlyList<int>[] _prompts;
    private readonly int _newTokens;

    /// <summary>Prepares the prompts.</summary>
    /// <param name="name">What the questions are called in metrics.</param>
    /// <param name="questions">Questions with answers; at least one.</param>
    /// <param name="shots">Answered examples that stand before each question, in order; may be empty.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="context">The most tokens the model reads.</param>
    /// <param name="endTokens">The tokens that end a text for the model.</param>
    /// <param name="newTokens">The most tokens of an answer; at least 1.</param>
    /// <exception cref="DataException">An example is no question, or a prompt leaves no room for an answer.</exception>
    public KnowledgeQuestions(
        string name,
        IReadOnlyList<UnlearningExample> questions,
        IReadOnlyList<UnlearningExample> shots,
        ByteLevelTokenizer tokenizer,
        int context,
        IReadOnlyList<int> endTokens,
        int newTokens = DefaultNewTokens)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(questions);
        ArgumentNullException.ThrowIfNull(shots);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(endTokens);
        if (questions.Concat(shots).FirstOrDefault(e => e.Kind != ExampleKind.Question) is { } other)
        {
            throw new DataException($"'{other.Id}' is no question with an answer; questions on knowledge have 'question' and 'answer'.");
        }

        (Name, Questions, _tokenizer, _endTokens, _newTokens) = (name, questions, tokenizer, endTokens, newTokens);
        _prompts = [.. questions.Select(q => tokenizer.Encode(Prompt(shots, q.Prompt)))];
        int longest = Array.IndexOf(_prompts, _prompts.MaxBy(p => p.Count));
        if (_prompts[longest].Count + newTokens > context)
        {
            throw new DataException(
                $"'{questions[longest].Id}' has {_prompts[longest].Count} tokens with the {shots.Count} examples before it, its answer up to {newTokens}, and the model reads {context}. Give fewer or shorter examples with --shots.");
        }
    }

    /// <summary>What the questions are called in metrics.</summary>
    public string Name { get; }

    /// <summary>The questions.</summary>
    public IReadOnlyList<UnlearningExample> Questions { get; }

    /// <summary>The text that a model goes on from.</summary>
    /// <param name="shots">Answered examples, in order.</param>
    /// <param name="question">The question.</param>
    public static string Prompt(IEnumerable<UnlearningExample> shots, string question)
    {
        ArgumentNullException.ThrowIfNull(shots);
        return string.Concat(shots.Select(s => $"Question: {s.Prompt}\nAnswer: {s.Answer}\n\n")) + $"Question: {question}\nAnswer: ";
    }

    /// <summary>What of a model's text is its answer: all before a blank line or another question.</summary>
    /// <param name="text">What the model said.</param>
    public static string Cut(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _ends.Aggregate(text, (kept, end) => kept.Split(end)[0]);
    }

    /// <summary>Asks a model.</summary>
    /// <param name="scorer">The model, or what takes its place.</param>
    /// <param name="cancellation">Ends early with <see cref="OperationCanceledException"/>.</param>
    public KnowledgeScores Ask(ITokenScorer scorer, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        DecodingOptions options = new() { MaxNewTokens = _newTokens, Stop = _endTokens };
        List<string> answers = [];
        foreach (IReadOnlyList<int>[] some in _prompts.Chunk(Together))
        {
            cancellation.ThrowIfCancellationRequested();
            answers.AddRange(TokenGeneration.Generate(scorer, some, options, cancellationToken: cancellation).Select(t => Cut(_tokenizer.Decode(t))));
        }

        return new KnowledgeScores(Name, Questions, answers, [.. answers.Select((a, i) => RougeScore.Of(a, Questions[i].Answer, stems: false).F1)]);
    }
}
