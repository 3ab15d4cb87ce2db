using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Methods that descend on the loss of the examples to keep, and hope that the others fade.</summary>
public abstract class RetainDescent : GradientUnlearner
{
    private protected override bool ReadsForget => false;

    private protected override Tensor? Loss(UnlearningBatch batch) => RetainLoss(batch);

    private protected static Tensor RetainLoss(UnlearningBatch batch) => batch.Task.Loss(ExampleSet.Retain, batch.Retain);
}
