using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Problems.Unlearning;

/// <summary>A model with one number for output, trained by the mean squared error.</summary>
/// <param name="model">The model, with outputs [rows, 1]; owned by the caller.</param>
/// <param name="forget">Rows to forget, with one answer each.</param>
/// <param name="retain">Rows to keep.</param>
/// <param name="untrained">Makes an untrained model of the same shapes; null where retraining is not wanted.</param>
public sealed class RegressionUnlearningTask(Module model, ExampleRows forget, ExampleRows retain, Func<Seed, Module>? untrained = null)
    : RowsUnlearningTask(model, forget, retain, untrained)
{
    /// <inheritdoc/>
    public override Tensor Loss(ExampleSet set, IReadOnlyList<int> examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        using var scope = new TensorScope();
        var rows = Rows(set);
        var targets = Tensor.From<float>([.. examples.Select(row => rows.Answers(row)[0])], examples.Count, 1);
        return Forward(rows, examples).MseLoss(Placed(targets)).MoveToOuter();
    }

    /// <inheritdoc/>
    public override Tensor Outputs(ExampleSet set, IReadOnlyList<int> examples, RandomStream? random = null)
    {
        using var scope = new TensorScope();
        return Forward(Rows(set), examples).Reshape(-1).MoveToOuter();
    }
}
