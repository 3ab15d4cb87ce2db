using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>SalUn: random wrong labels for the examples to forget, and updates only of the half of the parameters that these examples move most.</summary>
/// <remarks>
/// <para>Update: the optimizer's, on J(keep) + gaCoef J(forget, wrong labels); entries of the gradient are 0 where |∇J(θ°; forget)| is below its median at the original parameters.</para>
/// <para>Needs: answers that are classes or tokens, and examples to keep.</para>
/// <para>Choose it: for classifiers; half of the parameters stay as they are, weight decay apart.</para>
/// </remarks>
/// <param name="options">The weight.</param>
[Method("salun", Family.Unlearning, Paper = "arXiv:2310.12508", Title = "SalUn: Empowering Machine Unlearning via Gradient-based Weight Saliency in Both Image Classification and Generation")]
public sealed class SalUn(SalUnOptions options) : GradientUnlearner, ICataloguedMethod<SalUnOptions>
{
    private List<Tensor> _masks = [];

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } = ["m = [|grad J(theta0; forget)| >= median]", "theta <- theta - optimizer(m * grad (J(theta; keep) + gaCoef * J(theta; forget, wrong labels)))"];

    /// <inheritdoc/>
    protected override void CheckOptions() => options.ThrowIfInvalid();

    /// <inheritdoc/>
    protected override void Check(IUnlearningTask task)
    {
        if (Labelled(task).Classes < 2)
        {
            throw new ArgumentException("'salun' gives wrong labels, and with one class there are none.", nameof(task));
        }
    }

    /// <inheritdoc/>
    protected override IDisposable? Begin(IUnlearningTask task, UnlearningBudget budget)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(budget);
        _masks = Masks(task, budget.BatchSize);
        return new Group(_masks);
    }

    /// <inheritdoc/>
    protected override Tensor? Loss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var task = Labelled(batch.Task);
        var keep = batch.Task.Loss(ExampleSet.Retain, batch.Retain);
        var scored = task.Score(ExampleSet.Forget, batch.Forget);
        var right = scored.Targets.ToArray<long>();
        // One of the other classes, each as likely.
        long[] wrong = [.. right.Select(label => (label + 1 + batch.Random.NextInt(task.Classes - 1)) % task.Classes)];
        var targets = Tensor.From<long>(wrong, wrong.Length).To(scored.Logits.Device, DType.Int64);
        return keep + (scored.Logits.CrossEntropyLoss(targets) * options.GaCoef);
    }

    /// <inheritdoc/>
    protected override void WithGradients(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        foreach (var (parameter, mask) in batch.Task.Model.Parameters.Zip(_masks))
        {
            if (parameter.Gradient is { } gradient)
            {
                gradient.CopyFrom(gradient * mask);
            }
        }
    }

    private static List<Tensor> Masks(IUnlearningTask task, int batchSize)
    {
        foreach (var chunk in Enumerable.Range(0, task.Count(ExampleSet.Forget)).Chunk(batchSize))
        {
            using var scope = new TensorScope();
            task.Loss(ExampleSet.Forget, chunk).Backward();
        }

        using var all = new TensorScope();
        using var mode = GradMode.Disable();
        Tensor[] sizes = [.. task.Model.Parameters.Select(p => (p.Gradient ?? Tensor.ZerosLike(p.Value)).Abs().To(DType.Float32))];
        var sorted = sizes.SelectMany(size => size.ToArray<float>()).ToArray();
        Array.Sort(sorted);
        var median = sorted[(sorted.Length - 1) / 2];
        foreach (var parameter in task.Model.Parameters)
        {
            parameter.Value.Gradient = null;
        }

        return [.. sizes.Zip(task.Model.Parameters, (size, parameter) => size.Ge(median).To(parameter.Value.DType).Release())];
    }

    private sealed class Group(List<Tensor> tensors) : IDisposable
    {
        public void Dispose() => tensors.ForEach(tensor => tensor.Dispose());
    }
}
