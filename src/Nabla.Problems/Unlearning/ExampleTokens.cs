using Nabla.Core;
using Nabla.Problems.Datasets;
using Nabla.Problems.Tokens;

namespace Nabla.Problems.Unlearning;

/// <summary>Makes tokens of examples, in the form in which a model was asked when it was trained.</summary>
public sealed class ExampleTokens
{
    /// <summary>Where the question stands in a template.</summary>
    public const string Placeholder = "{question}";

    /// <summary>How questions are asked unless said otherwise; the answer follows after a blank.</summary>
    public const string DefaultTemplate = "Question: {question}\nAnswer:";

    private readonly ByteLevelTokenizer _tokenizer;
    private readonly int _context;
    private readonly int[] _end;
    private readonly string _template;

    /// <summary>Prepares.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="context">The most tokens the model reads.</param>
    /// <param name="endTokens">The tokens that end a text for the model; the first ends answers. May be empty.</param>
    /// <param name="template">What stands around a question; it holds <c>{question}</c> once.</param>
    /// <exception cref="DataException">The template has no place for the question.</exception>
    public ExampleTokens(ByteLevelTokenizer tokenizer, int context, IReadOnlyList<int> endTokens, string template = DefaultTemplate)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(endTokens);
        ArgumentNullException.ThrowIfNull(template);
        if (template.Split(Placeholder).Length != 2)
        {
            throw new DataException($"The template '{template}' must hold {Placeholder} once.");
        }

        (_tokenizer, _context, _template) = (tokenizer, context, template);
        _end = [.. endTokens.Take(1)];
    }

    /// <summary>The tokens of a prompt.</summary>
    /// <param name="example">The example.</param>
    public IReadOnlyList<int> Prompt(UnlearningExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return example.Kind switch
        {
            ExampleKind.Question => _tokenizer.Encode(_template.Replace(Placeholder, example.Prompt, StringComparison.Ordinal)),
            ExampleKind.Choice => _tokenizer.Encode(_template.Replace(Placeholder, example.Prompt + Options(example), StringComparison.Ordinal)),
            _ => _tokenizer.Encode(example.Prompt),
        };
    }

    /// <summary>The tokens of an answer, the ending token included where the kind of example has one.</summary>
    /// <param name="example">The example, whose kind says how answers follow.</param>
    /// <param name="text">The answer; another than the example's own, for example.</param>
    public IReadOnlyList<int> Answer(UnlearningExample example, string text)
    {
        ArgumentNullException.ThrowIfNull(example);
        return example.Kind is ExampleKind.Question or ExampleKind.Choice ? Ended(text) : _tokenizer.Encode(text, withSpecialTokens: false);
    }

    /// <summary>The tokens of an answer to a question.</summary>
    /// <param name="text">The answer.</param>
    public IReadOnlyList<int> Ended(string text) => [.. _tokenizer.Encode(" " + text, withSpecialTokens: false), .. _end];

    /// <summary>How many tokens at the end of an answer are no part of its text.</summary>
    /// <param name="example">The example.</param>
    public int EndingTokens(UnlearningExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        return example.Kind is ExampleKind.Question or ExampleKind.Choice ? _end.Length : 0;
    }

    /// <summary>Makes what methods train on: one for each example, and several for a document that is longer than the model reads.</summary>
    /// <param name="examples">The examples.</param>
    /// <exception cref="DataException">An example other than a document is too long, or a document too short.</exception>
    public IReadOnlyList<TokenExample> All(IEnumerable<UnlearningExample> examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        return [.. examples.SelectMany(Of)];
    }

    /// <summary>Makes tokens of an example.</summary>
    /// <param name="example">The example.</param>
    /// <exception cref="DataException">It is too long, or a document too short.</exception>
    public IReadOnlyList<TokenExample> Of(UnlearningExample example)
    {
        ArgumentNullException.ThrowIfNull(example);
        if (example.Kind == ExampleKind.Document)
        {
            return [.. Pieces(example)];
        }

        return [With(example, example.Answer, example.Id)];
    }

    /// <summary>Makes tokens of an example with another answer.</summary>
    /// <param name="example">The example; no document.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="id">The identifier.</param>
    /// <exception cref="DataException">Both together are too long.</exception>
    public TokenExample With(UnlearningExample example, string answer, string id)
    {
        ArgumentNullException.ThrowIfNull(example);
        TokenExample made = new(id, Prompt(example), Answer(example, answer));
        var length = made.Prompt.Count + made.Answer.Count;
        if (length - 1 > _context)
        {
            throw new DataException($"The example '{example.Id}' has {length} tokens with its answer, and the model reads {_context}. Shorten it or leave it out.");
        }

        return made.Prompt.Count > 0 ? made : throw new DataException($"The prompt of the example '{example.Id}' has no token. Give it a text.");
    }

    private static string Options(UnlearningExample example) => string.Concat(example.Choices.Select((c, i) => $"\n{(char)('A' + i)}. {c}"));

    // The first token of each piece is its prompt: a model predicts from at least one.
    private IEnumerable<TokenExample> Pieces(UnlearningExample example)
    {
        var tokens = _tokenizer.Encode(example.Answer);
        if (tokens.Count < 2)
        {
            throw new DataException($"The text '{example.Id}' has {tokens.Count} token; at least 2 are needed to predict one. Leave it out.");
        }

        var single = tokens.Count <= _context;
        for (int from = 0, piece = 1; from < tokens.Count - 1; from += _context, piece++)
        {
            int[] part = [.. tokens.Skip(from).Take(_context)];
            if (part.Length > 1)
            {
                yield return new TokenExample(single ? example.Id : FormattableString.Invariant($"{example.Id}#{piece}"), [part[0]], part[1..]);
            }
        }
    }
}
