namespace Nabla.Core;

/// <summary>
/// An unlearning task whose answers are classes: labels of a classifier, or the tokens of an answer, one after the other. A
/// classifier is a language model with answers of one token, so one loss serves both.
/// </summary>
public interface ILabelledUnlearningTask : IUnlearningTask
{
    /// <summary>Number of classes, or of tokens.</summary>
    int Classes { get; }

    /// <summary>Scores the answers of examples.</summary>
    /// <param name="set">The set.</param>
    /// <param name="examples">Numbers of examples; at least one.</param>
    /// <returns>Logits with their graph, targets and lengths; the caller disposes it or lets its scope do so.</returns>
    ScoredAnswers Score(ExampleSet set, IReadOnlyList<int> examples);

    /// <summary>The classes of an example's answer, in order.</summary>
    /// <param name="set">The set.</param>
    /// <param name="example">The number of the example.</param>
    IReadOnlyList<int> Answer(ExampleSet set, int example);
}
