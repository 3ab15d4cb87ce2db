using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Problems.Tasks;

/// <summary>What all tasks share: the model's state and the evaluation on fixed batches.</summary>
public abstract class LearningTask : ILearningTask
{
    private const string ParameterPrefix = "model.";

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract Module Model { get; }

    /// <inheritdoc/>
    public abstract string ItemName { get; }

    /// <inheritdoc/>
    public abstract string DatasetSummary { get; }

    /// <inheritdoc/>
    public abstract IReadOnlyDictionary<string, double> Baselines { get; }

    /// <inheritdoc/>
    public abstract Batch NextBatch();

    /// <inheritdoc/>
    public abstract Tensor Loss(Batch batch);

    /// <inheritdoc/>
    public double Evaluate()
    {
        var training = Model.Training;
        Model.Training = false;
        try
        {
            using var mode = GradMode.Disable();
            var sum = 0.0;
            long items = 0;
            foreach (var make in ValidationBatches())
            {
                using var scope = new TensorScope();
                using var batch = make();
                sum += Loss(batch).Item() * batch.Items;
                items += batch.Items;
            }

            return sum / items;
        }
        finally
        {
            Model.Training = training;
        }
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (var (name, value) in State())
        {
            writer.Tensor(ParameterPrefix + name, value);
        }

        SavePosition(writer);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        // All shapes are compared before the first tensor is written, so that a refused state changes nothing.
        foreach (var (name, value) in State())
        {
            var saved = reader.Tensor(ParameterPrefix + name);
            if (saved.DType != value.DType || !saved.Shape.AsSpan().SequenceEqual(value.Shape))
            {
                throw new CheckpointException(
                    $"The checkpoint's '{ParameterPrefix + name}' is {saved.DType} [{string.Join(", ", saved.Shape)}], but the " +
                    $"model's is {value.DType} [{string.Join(", ", value.Shape)}]. Resume with the sizes of the saved run.");
            }
        }

        LoadPosition(reader);
        foreach (var (name, value) in State())
        {
            value.CopyFrom(reader.Tensor(ParameterPrefix + name));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the model and what else the task owns.</summary>
    /// <param name="disposing">Whether it is called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Model.Dispose();
        }
    }

    /// <summary>Makes the fixed validation batches one after another, each when called.</summary>
    /// <returns>At least one; the caller disposes what they make.</returns>
    protected abstract IEnumerable<Func<Batch>> ValidationBatches();

    /// <summary>Writes where the data stand.</summary>
    /// <param name="writer">Receives the entries.</param>
    protected abstract void SavePosition(StateWriter writer);

    /// <summary>Reads what <see cref="SavePosition"/> wrote.</summary>
    /// <param name="reader">Holds the entries.</param>
    protected abstract void LoadPosition(StateReader reader);

    /// <summary>Scores in float32 at least: a loss in bfloat16 would have three digits.</summary>
    /// <param name="scores">What the model computed.</param>
    /// <returns>The tensor itself where it is wide enough.</returns>
    protected static Tensor Wide(Tensor scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return scores.DType is DType.BFloat16 or DType.Float16 ? scores.To(DType.Float32) : scores;
    }

    /// <summary>Inputs in the type of the model's weights.</summary>
    /// <param name="inputs">Numbers in float32.</param>
    /// <returns>The tensor itself where it has that type.</returns>
    protected Tensor Narrow(Tensor inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var type = Model.Parameters[0].Value.DType;
        return inputs.DType == type ? inputs : inputs.To(type);
    }

    /// <summary>Copies a tensor of the CPU to the device of the task.</summary>
    /// <param name="tensor">Taken over.</param>
    /// <param name="device">Null for the CPU.</param>
    /// <returns>The tensor itself on the CPU.</returns>
    internal static Tensor Place(Tensor tensor, Device? device)
    {
        if (device is not { } target || target == Device.Cpu)
        {
            return tensor;
        }

        var moved = Tensor.Empty(tensor.Shape, tensor.DType, target);
        moved.CopyFrom(tensor);
        tensor.Dispose();
        return moved;
    }

    private IEnumerable<(string Name, Tensor Value)> State() =>
        Model.Parameters.Select(parameter => (parameter.Name, parameter.Value))
            .Concat(Model.Buffers.Select(buffer => (buffer.Name, buffer.Value)));
}
