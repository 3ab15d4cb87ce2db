using Nabla.Engine;

namespace Nabla.Core;

/// <summary>
/// A model with its data and its loss. Saving holds the model's parameters and the position in the data, so that a
/// resumed run sees the same batches.
/// </summary>
public interface ILearningTask : IDisposable, IStateful
{
    /// <summary>The task's name, such as <c>text</c>.</summary>
    string Name { get; }

    /// <summary>The model; owned by the task.</summary>
    Module Model { get; }

    /// <summary>What the data consist of, in the plural: tokens, images, rows.</summary>
    string ItemName { get; }

    /// <summary>One sentence about the data: where from, how much, how split.</summary>
    string DatasetSummary { get; }

    /// <summary>Named losses to compare with, such as the entropy of single tokens.</summary>
    IReadOnlyDictionary<string, double> Baselines { get; }

    /// <summary>The next mini-batch; the caller disposes it.</summary>
    Batch NextBatch();

    /// <summary>The mean loss over the items of a batch, as a scalar with its graph.</summary>
    Tensor Loss(Batch batch);

    /// <summary>The validation loss on fixed batches, without gradients and in evaluation mode.</summary>
    double Evaluate();
}
