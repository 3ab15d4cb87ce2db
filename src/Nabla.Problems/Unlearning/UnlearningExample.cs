namespace Nabla.Problems.Unlearning;

/// <summary>A prompt and its answer as text, with what else a file says of them.</summary>
/// <param name="Id">What names the example in requests and records: its field <c>id</c>, else the file's name and the number of its line.</param>
/// <param name="Kind">What the texts are.</param>
/// <param name="Prompt">The question, or the text before; empty for a document.</param>
/// <param name="Answer">The answer, or the text that follows.</param>
public sealed record UnlearningExample(string Id, ExampleKind Kind, string Prompt, string Answer)
{
    /// <summary>The right answer in other words; null where the file has none.</summary>
    public string? Paraphrase { get; init; }

    /// <summary>Wrong answers of the same form; may be empty.</summary>
    public IReadOnlyList<string> WrongAnswers { get; init; } = [];

    /// <summary>The options of a question with choices, in order; otherwise empty.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>The number of the right option, from 0; of use only with <see cref="Choices"/>.</summary>
    public int Correct { get; init; }
}
