using Nabla.Engine;

namespace Nabla.Core;

/// <summary>An unlearning task of a language model.</summary>
public interface ILanguageUnlearningTask : ILabelledUnlearningTask
{
    /// <summary>The model, as one that predicts tokens; the same object as <see cref="IUnlearningTask.Model"/>.</summary>
    ICausalModel Causal { get; }

    /// <summary>Answers of the kind "I do not know" as tokens, the ending token included; empty where there are none.</summary>
    IReadOnlyList<IReadOnlyList<int>> Refusals { get; }

    /// <summary>The tokens of an example.</summary>
    /// <param name="set">The set.</param>
    /// <param name="example">The number of the example.</param>
    TokenExample Example(ExampleSet set, int example);

    /// <summary>Scores answers to any prompts.</summary>
    /// <param name="examples">At least one.</param>
    /// <returns>Logits with their graph, targets, lengths and hidden states.</returns>
    ScoredAnswers Score(IReadOnlyList<TokenExample> examples);

    /// <summary>Reads hidden states of a block where the answers of examples are predicted.</summary>
    /// <param name="examples">At least one.</param>
    /// <param name="layer">The block, from 0.</param>
    /// <returns>[positions, width] in the order of <see cref="ScoredAnswers.Logits"/>, with its graph, owned by the caller.</returns>
    /// <exception cref="ArgumentException">There is no such block.</exception>
    Tensor States(IReadOnlyList<TokenExample> examples, int layer);
}
