using Nabla.Engine;

namespace Nabla.Core;

/// <summary>
/// One of several tasks that share a base model. Saving holds the position in the data; who trains saves the parameters.
/// </summary>
public interface IAdaptationTask : IStateful
{
    /// <summary>The task's name, for messages.</summary>
    string Name { get; }

    /// <summary>Parameters that belong to this task alone, such as a head; empty when the base answers itself.</summary>
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The next mini-batch of training data; the caller disposes it.</summary>
    Batch NextBatch();

    /// <summary>
    /// The batch that a meta-learner looks at after its inner steps, such as one of all that was seen in them; the next mini-batch
    /// unless the task says otherwise. The caller disposes it.
    /// </summary>
    Batch NextQuery() => NextBatch();

    /// <summary>The mean loss over the items of a batch, as a scalar with its graph.</summary>
    /// <param name="model">The base, with the adapter of this task beside its layers if it has one.</param>
    /// <param name="batch">The batch.</param>
    Tensor Loss(Module model, Batch batch);

    /// <summary>The loss on held-out data, without gradients and in evaluation mode.</summary>
    /// <param name="model">The base, with the adapter of this task beside its layers if it has one.</param>
    double Evaluate(Module model);
}
