using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Adaptation;

/// <summary>
/// Gradient steps on each task, and the exact derivative of the query loss by where they began: the query gradient goes back
/// through every step, v &lt;- v - a H P v, by products with second derivatives; P keeps the parameters that the inner steps move.
/// </summary>
internal sealed class SecondOrderRetraining(
    Module model,
    IReadOnlyList<IAdaptationTask> tasks,
    MethodOptions optimizer,
    MethodOptions? taskOptimizer,
    Seed seed,
    int innerSteps,
    double rate,
    Func<Parameter, bool>? plastic = null)
    : InnerLoopRetraining(model, tasks, optimizer, taskOptimizer, seed)
{
    private protected override void OneTask(int task)
    {
        var steps = new List<(Batch Batch, Tensor[] Point, byte[] Generator)>();
        using var scope = new TensorScope();
        try
        {
            for (var step = 0; step < innerSteps; step++)
            {
                var batch = Tasks[task].NextBatch();
                steps.Add((batch, [.. Model.Parameters.Select(p => p.Value.Detach().Clone())], TorchGenerator.Default.GetState()));
                ForgetGradients(task);
                Backward(task, batch);
                Descend();
            }

            ForgetGradients(task);
            QueryBackward(task);
            StepOwn(task, 1);
            var vector = Model.Parameters.Select(p => p.Gradient?.Clone() ?? Tensor.ZerosLike(p.Value)).ToArray();
            var after = TorchGenerator.Default.GetState();
            for (var step = innerSteps - 1; step >= 0; step--)
            {
                GoBack(task, steps[step], vector);
            }

            TorchGenerator.Default.SetState(after);
            Add(i => vector[i]);
        }
        finally
        {
            steps.ForEach(step => step.Batch.Dispose());
        }
    }

    private bool IsPlastic(Parameter parameter) => plastic?.Invoke(parameter) ?? true;

    private void Descend()
    {
        using var mode = GradMode.Disable();
        using var inner = new TensorScope();
        foreach (var parameter in Model.Parameters)
        {
            if (IsPlastic(parameter) && parameter.Gradient is { } gradient)
            {
                parameter.Value.CopyFrom(parameter.Value - (gradient * rate));
            }
        }
    }

    private void GoBack(int task, (Batch Batch, Tensor[] Point, byte[] Generator) step, Tensor[] vector)
    {
        using (GradMode.Disable())
        {
            for (var i = 0; i < vector.Length; i++)
            {
                Model.Parameters[i].Value.CopyFrom(step.Point[i]);
            }
        }

        // The same inputs are dropped as in the step.
        TorchGenerator.Default.SetState(step.Generator);
        var products = Autograd.HessianVectorProduct(
            () => Tasks[task].Loss(Model, step.Batch), [.. Model.Parameters.Select(p => p.Value)],
            [.. vector.Select((part, i) => IsPlastic(Model.Parameters[i]) ? part : Tensor.ZerosLike(part))]);
        CountProduct();
        using var mode = GradMode.Disable();
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = vector[i] - (products[i] * rate);
        }
    }
}
