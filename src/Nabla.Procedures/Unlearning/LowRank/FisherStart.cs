using Nabla.Core;
using Nabla.Engine;
using Nabla.Procedures.Adaptation;

namespace Nabla.Procedures.Unlearning;

/// <summary>
/// FILA: low-rank adapters begin with the part of each matrix that matters most to what is to be forgotten, which is taken
/// out of the base, so that the model computes what it did.
/// </summary>
public static class FisherStart
{
    private const double Guard = 1e-5;

    /// <summary>Sets the factors of an adapter and takes its product out of the base.</summary>
    /// <param name="adapter">The adapter, attached or not; not merged.</param>
    /// <param name="task">The model and its examples; gradients of its parameters are cleared.</param>
    /// <param name="batch">Examples in a gradient; at least 1.</param>
    public static void Set(LoraAdapter adapter, ILabelledUnlearningTask task, int batch)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        IReadOnlyList<Parameter> weights = [.. adapter.Layers.Select(layer => layer.Layer.Weight)];
        var forget = Importance(task, ExampleSet.Forget, weights, batch);
        var retain = Importance(task, ExampleSet.Retain, weights, batch);
        for (var i = 0; i < weights.Count; i++)
        {
            using var scope = new TensorScope();
            using var mode = GradMode.Disable();
            var layer = adapter.Layers[i];
            var ratio = forget[i] / (retain[i] + Guard);
            var rows = (layer.Layer.InputsFirst ? ratio.T() : ratio).Sum(1).Sqrt();
            var (a, b) = Factors(Matrix(layer.Layer), rows, layer.Options.Rank, layer.Options.Scale);
            layer.A.Value.CopyFrom(a);
            layer.B.Value.CopyFrom(b);
            layer.Layer.Weight.Value.CopyFrom(layer.Layer.Weight.Value - layer.Delta());
        }

        foreach (var one in forget.Concat(retain))
        {
            one.Dispose();
        }
    }

    /// <summary>
    /// The factors that leave least of a matrix under row weights r: with diag(r) W = U S Vᵀ cut at the rank,
    /// A = (V √(S/s))ᵀ and B = diag(1 / (r + 1e-5)) U √(S/s).
    /// </summary>
    /// <param name="weight">W, [outputs, inputs].</param>
    /// <param name="rows">r, [outputs], 0 or above.</param>
    /// <param name="rank">At most the smaller side of W.</param>
    /// <param name="scale">s: what the product is multiplied with.</param>
    /// <returns>A of [rank, inputs] and B of [outputs, rank], owned by the caller.</returns>
    public static (Tensor A, Tensor B) Factors(Tensor weight, Tensor rows, int rank, double scale)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(rows);
        using var scope = new TensorScope();
        var (u, s, v) = Ops.LinalgSvd(rows.Unsqueeze(1) * weight, fullMatrices: false);
        var root = (s.Narrow(0, 0, rank) / scale).Sqrt();
        var a = (v.Narrow(0, 0, rank) * root.Unsqueeze(1)).MoveToOuter();
        var b = (u.Narrow(1, 0, rank) * root / (rows + Guard).Unsqueeze(1)).MoveToOuter();
        return (a, b);
    }

    /// <summary>
    /// How much each weight matters to a set: the squares of batch-mean gradients of the training loss, weighed by answer tokens.
    /// </summary>
    /// <param name="task">The model and its examples.</param>
    /// <param name="set">The set.</param>
    /// <param name="weights">Parameters of the model.</param>
    /// <param name="batch">Examples in a gradient; at least 1.</param>
    /// <returns>One tensor a parameter, of its shape, owned by the caller.</returns>
    public static IReadOnlyList<Tensor> Importance(
        ILabelledUnlearningTask task, ExampleSet set, IReadOnlyList<Parameter> weights, int batch)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(weights);
        Tensor[] sums = [.. weights.Select(weight => Tensor.ZerosLike(weight.Value).Detach().Release())];
        var wasTraining = task.Model.Training;
        task.Model.Training = false;
        double total = 0;
        for (var first = 0; first < task.Count(set); first += batch)
        {
            using var scope = new TensorScope();
            int[] examples = [.. Enumerable.Range(first, Math.Min(batch, task.Count(set) - first))];
            Clear(task.Model);
            task.Loss(set, examples).Backward();
            var tokens = examples.Sum(i => task.Answer(set, i).Count);
            total += tokens;
            using var mode = GradMode.Disable();
            for (var i = 0; i < sums.Length; i++)
            {
                if (weights[i].Gradient is { } gradient)
                {
                    sums[i].CopyFrom(sums[i] + (gradient.Square() * tokens));
                }
            }
        }

        Clear(task.Model);
        task.Model.Training = wasTraining;
        foreach (var sum in sums)
        {
            using var scope = new TensorScope();
            sum.CopyFrom(sum / total);
        }

        return sums;
    }

    private static Tensor Matrix(IAdaptable layer) => layer.InputsFirst ? layer.Weight.Value.Detach().T() : layer.Weight.Value.Detach();

    private static void Clear(Module model)
    {
        foreach (var parameter in model.Parameters)
        {
            parameter.Value.Gradient = null;
        }
    }
}
