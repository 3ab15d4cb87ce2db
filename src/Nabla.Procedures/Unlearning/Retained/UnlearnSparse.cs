using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Prune first, then unlearn: the hidden weights of least size become zero and stay so, and what is left descends on the examples to keep.</summary>
/// <remarks>
/// <para>Update: once, the share <c>rate</c> of all hidden weights together with the least absolute values becomes 0; then the
/// optimizer's steps on J(keep) + α[t] ‖θ‖₁ with α[t] = (1 - t / T) alpha, pruned weights being put back to 0 after each.</para>
/// <para>Needs: examples to keep. In the paper the model is pruned and trained further on everything before anybody asks it to
/// forget: run the method once with all data to keep, and again, when asked, with what is left of them.</para>
/// <para>Choose it: where a sparse model is as good; it remembers single examples less, so less is left to forget.</para>
/// </remarks>
/// <param name="options">How much is pruned.</param>
[Method(
    "unlearn-sparse",
    Family.Unlearning,
    Paper = "arXiv:2304.04934",
    Title = "Model Sparsity Can Simplify Machine Unlearning")]
[Departs("The paper prunes convolutions; here hidden matrices too, ranked together with them. The output layer, embeddings, biases and gains stay whole.")]
public sealed class UnlearnSparse(UnlearnSparseOptions options) : RetainDescent, ICataloguedMethod<UnlearnSparseOptions>
{
    private List<(Parameter Parameter, Tensor Mask)> _masks = [];
    private double _pruned;

    /// <inheritdoc/>
    public static MethodKind Kind => MethodKind.Procedure;

    /// <inheritdoc/>
    public static IReadOnlyList<string> Equations { get; } =
    [
        "m = [|theta| above its quantile of rate];  theta <- m * theta",
        "theta <- m * (theta - optimizer(grad (J(theta; batch to keep) + alpha * (1 - t / T) * |theta|_1)))",
    ];

    /// <inheritdoc/>
    protected override void CheckOptions() => options.ThrowIfInvalid();

    /// <inheritdoc/>
    protected override IDisposable? Begin(IUnlearningTask task, UnlearningBudget budget)
    {
        ArgumentNullException.ThrowIfNull(task);
        using var mode = GradMode.Disable();
        using var scope = new TensorScope();
        Parameter[] weights = [.. task.Model.Parameters.Where(p => (p.Role & (ParameterRoles.Matrix | ParameterRoles.Convolution)) != 0)];
        var sizes = weights.SelectMany(p => p.Value.ToDoubles().Select(Math.Abs)).ToArray();
        Array.Sort(sizes);
        var count = (int)(options.Rate * sizes.Length);
        var limit = count == 0 ? -1 : sizes[count - 1];
        _masks = [.. weights.Select(p => (p, p.Value.Detach().Abs().To(DType.Float64).Gt(limit).To(p.Value.DType).Release()))];
        _pruned = sizes.Length == 0 ? 0 : sizes.Count(size => size <= limit) / (double)sizes.Length;
        Prune();
        return new Kept(_masks);
    }

    /// <inheritdoc/>
    protected override Tensor? Loss(UnlearningBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var passes = (double)batch.TotalSteps / batch.StepsOfEpoch;
        var weight = options.Alpha * (1 - (batch.Epoch / passes));
        return weight == 0
            ? RetainLoss(batch)
            : batch.Task.Model.Parameters.Aggregate(RetainLoss(batch), (loss, parameter) => loss + (parameter.Value.Abs().Sum() * weight));
    }

    /// <inheritdoc/>
    protected override void AfterStep(UnlearningBatch batch) => Prune();

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, double> Finish(IUnlearningTask task) => new Dictionary<string, double> { ["share pruned"] = _pruned };

    private void Prune()
    {
        using var mode = GradMode.Disable();
        foreach (var (parameter, mask) in _masks)
        {
            using var scope = new TensorScope();
            parameter.Value.CopyFrom(parameter.Value.Detach() * mask);
        }
    }

    private sealed class Kept(List<(Parameter Parameter, Tensor Mask)> masks) : IDisposable
    {
        public void Dispose() => masks.ForEach(pair => pair.Mask.Dispose());
    }
}
