using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Methods that descend on the loss of the examples to keep, and hope that the others fade.</summary>
public abstract class RetainDescent : GradientUnlearner
{
    /// <inheritdoc/>
    protected override bool ReadsForget => false;

    /// <inheritdoc/>
    protected override Tensor? Loss(UnlearningBatch batch) => RetainLoss(batch);

    /// <summary>The loss on the batch to keep.</summary>
    protected static Tensor RetainLoss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return batch.Task.Loss(ExampleSet.Retain, batch.Retain);
    }
}
