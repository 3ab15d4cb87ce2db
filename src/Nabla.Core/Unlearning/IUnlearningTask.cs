using Nabla.Engine;

namespace Nabla.Core;

/// <summary>A trained model, the examples it shall forget, and examples it shall keep.</summary>
/// <remarks>Examples are numbered from 0 within their set. What a member returns is owned by the caller.</remarks>
public interface IUnlearningTask
{
    /// <summary>The model; methods change it in place, so give a copy of what must stay.</summary>
    Module Model { get; }

    /// <summary>How many examples a set has.</summary>
    /// <param name="set">The set.</param>
    int Count(ExampleSet set);

    /// <summary>The loss that the model was trained with.</summary>
    /// <param name="set">The set.</param>
    /// <param name="examples">Numbers of examples; at least one.</param>
    /// <returns>The mean over the examples (of a language model: over all answer tokens), a scalar with its graph.</returns>
    Tensor Loss(ExampleSet set, IReadOnlyList<int> examples);

    /// <summary>One output of the model for each example, whose gradient says what the example needs to stay as it is.</summary>
    /// <param name="set">The set.</param>
    /// <param name="examples">Numbers of examples; at least one.</param>
    /// <param name="random">Chooses where an example has many outputs; null: the first.</param>
    /// <returns>
    /// Shape [examples], with its graph: the output of a regression, the largest logit of a classifier, the largest logit at
    /// one answer position of a language model. A model with several heads gives [examples, heads].
    /// </returns>
    Tensor Outputs(ExampleSet set, IReadOnlyList<int> examples, RandomStream? random = null);
}
