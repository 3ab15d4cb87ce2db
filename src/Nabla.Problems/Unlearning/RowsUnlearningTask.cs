using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Problems.Unlearning;

/// <summary>A model of rows of features, rows to forget and rows to keep.</summary>
public abstract class RowsUnlearningTask : IRestartable
{
    private readonly Func<Seed, Module>? _untrained;

    /// <summary>Puts a model and its rows together.</summary>
    /// <param name="model">The model; owned by the caller.</param>
    /// <param name="forget">Rows to forget.</param>
    /// <param name="retain">Rows to keep; of the same widths.</param>
    /// <param name="untrained">Makes an untrained model of the same shapes; null where retraining is not wanted.</param>
    /// <exception cref="ArgumentException">The rows have different widths.</exception>
    private protected RowsUnlearningTask(Module model, ExampleRows forget, ExampleRows retain, Func<Seed, Module>? untrained)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(forget);
        ArgumentNullException.ThrowIfNull(retain);
        if (forget.Width != retain.Width || forget.AnswersEach != retain.AnswersEach)
        {
            throw new ArgumentException(
                $"Rows to forget have {forget.Width} features and {forget.AnswersEach} answers, rows to keep {retain.Width} and {retain.AnswersEach}; they must agree.",
                nameof(retain));
        }

        (Model, Forget, Retain, _untrained) = (model, forget, retain, untrained);
    }

    /// <inheritdoc/>
    public Module Model { get; }

    /// <summary>Rows to forget.</summary>
    public ExampleRows Forget { get; }

    /// <summary>Rows to keep.</summary>
    public ExampleRows Retain { get; }

    /// <inheritdoc/>
    public int Count(ExampleSet set) => Rows(set).Count;

    /// <inheritdoc/>
    public abstract Tensor Loss(ExampleSet set, IReadOnlyList<int> examples);

    /// <inheritdoc/>
    public abstract Tensor Outputs(ExampleSet set, IReadOnlyList<int> examples, RandomStream? random = null);

    /// <inheritdoc/>
    public void Restart(Seed seed)
    {
        using var fresh = _untrained?.Invoke(seed) ?? throw new InvalidOperationException(
            "Nobody said how an untrained model is made; give the task 'untrained'.");
        foreach (var (parameter, value) in Model.Parameters.Zip(fresh.Parameters))
        {
            parameter.Value.CopyFrom(value.Value);
        }

        foreach (var (buffer, value) in Model.Buffers.Zip(fresh.Buffers))
        {
            buffer.Value.CopyFrom(value.Value);
        }
    }

    /// <summary>The model's output for rows of a table.</summary>
    /// <param name="rows">The table.</param>
    /// <param name="examples">Numbers of rows.</param>
    /// <returns>[examples, outputs] with the graph.</returns>
    public Tensor Forward(ExampleRows rows, IReadOnlyList<int> examples)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(examples);
        using var scope = new TensorScope();
        var values = new float[examples.Count * rows.Width];
        for (var i = 0; i < examples.Count; i++)
        {
            rows.Features(examples[i]).CopyTo(values.AsSpan(i * rows.Width));
        }

        return Model.Forward(Placed(Tensor.From<float>(values, examples.Count, rows.Width))).MoveToOuter();
    }

    private protected ExampleRows Rows(ExampleSet set) => set == ExampleSet.Forget ? Forget : Retain;

    // In the type and place of the model.
    private protected Tensor Placed(Tensor values)
    {
        var like = Model.Parameters[0].Value;
        return values.To(like.Device, like.DType);
    }
}
