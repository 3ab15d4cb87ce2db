using Nabla.Core;

namespace Nabla.Problems.Tasks;

/// <summary>Batches of windows of a text, whatever the text consists of.</summary>
internal interface ITextWindows
{
    /// <summary>Draws windows of the training text.</summary>
    /// <returns>Inputs and targets as int64 of shape [batch, context].</returns>
    Batch Next();

    /// <summary>Makes the validation batches one after another, each when called.</summary>
    /// <param name="windows">How many windows there are in all, at least 1.</param>
    IEnumerable<Func<Batch>> Validation(int windows);

    /// <summary>Writes where the draws stand.</summary>
    void Save(StateWriter writer);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="CheckpointException">The entry is damaged.</exception>
    void Load(StateReader reader);
}
