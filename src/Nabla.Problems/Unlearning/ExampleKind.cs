namespace Nabla.Problems.Unlearning;

/// <summary>What the texts of an example are.</summary>
public enum ExampleKind
{
    /// <summary>A question and its answer (TOFU, knowledge of MUSE).</summary>
    Question,

    /// <summary>A question with options, of which the letter is the answer (WMDP, MMLU).</summary>
    Choice,

    /// <summary>A beginning and the text that follows it (verbatim memory of MUSE).</summary>
    Continuation,

    /// <summary>A text without a prompt (corpora of MUSE and WMDP).</summary>
    Document,
}
