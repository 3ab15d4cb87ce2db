using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;

namespace Nabla.Problems.Tasks;

/// <summary>
/// Sequences of tokens as one of several tasks on a language model: each token is predicted from those before it. Shorter
/// sequences of a batch are filled at the right with what does not count.
/// </summary>
public sealed class SequenceTask : IAdaptationTask
{
    private const int LargestHeldOutBatch = 256;
    private const long NotCounted = -100;

    private readonly IReadOnlyList<IReadOnlyList<int>> _training;
    private readonly IReadOnlyList<IReadOnlyList<int>> _heldOut;
    private readonly EpochSampler _order;
    private readonly int _batch;

    /// <summary>Prepares the task.</summary>
    /// <param name="name">The task's name, for messages.</param>
    /// <param name="training">Sequences to train on, such as dialogues, each of two tokens or more; at least one.</param>
    /// <param name="heldOut">Sequences to evaluate on; at least one.</param>
    /// <param name="batch">Sequences in a batch; at least 1.</param>
    /// <param name="seed">Fixes the order.</param>
    /// <exception cref="ArgumentException">There are no sequences, or one is too short; the message says which.</exception>
    public SequenceTask(
        string name, IReadOnlyList<IReadOnlyList<int>> training, IReadOnlyList<IReadOnlyList<int>> heldOut, int batch, Seed seed)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(heldOut);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        Check(name, training, "to train on", nameof(training));
        Check(name, heldOut, "to evaluate on", nameof(heldOut));
        (Name, _training, _heldOut, _batch) = (name, training, heldOut, batch);
        _order = new EpochSampler(training.Count, seed.Derive(name));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>None: the model's own head answers.</summary>
    public IReadOnlyList<Parameter> Parameters => [];

    /// <inheritdoc/>
    public Batch NextBatch() => Make([.. Enumerable.Range(0, _batch).Select(_ => _training[_order.Next()])]);

    /// <inheritdoc/>
    public Tensor Loss(Module model, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = new TensorScope();
        var scores = model.Forward(batch.Inputs);
        var rows = scores.View(-1, scores.Shape[^1]);
        return (rows.DType is DType.BFloat16 or DType.Float16 ? rows.To(DType.Float32) : rows)
            .CrossEntropyLoss(batch.Targets.View(-1), ignoreIndex: NotCounted).MoveToOuter();
    }

    /// <inheritdoc/>
    public double Evaluate(Module model)
    {
        using var mode = GradMode.Disable();
        var (sum, items) = (0.0, 0L);
        foreach (var part in _heldOut.Chunk(LargestHeldOutBatch))
        {
            using var scope = new TensorScope();
            using var batch = Make(part);
            sum += Loss(model, batch).Item() * batch.Items;
            items += batch.Items;
        }

        return sum / items;
    }

    /// <inheritdoc/>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Integer("position", _order.Position);
    }

    /// <inheritdoc/>
    public void Load(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _order.Position = reader.Integer("position");
    }

    private static void Check(string name, IReadOnlyList<IReadOnlyList<int>> sequences, string purpose, string parameter)
    {
        if (sequences.Count == 0)
        {
            throw new ArgumentException($"Task '{name}' has no sequences {purpose}; it needs at least one.", parameter);
        }

        for (var i = 0; i < sequences.Count; i++)
        {
            if (sequences[i].Count < 2)
            {
                throw new ArgumentException(
                    $"Sequence {i} {purpose} of task '{name}' has {sequences[i].Count} tokens; two are needed, one to predict the other.", parameter);
            }
        }
    }

    private static Batch Make(IReadOnlyList<int>[] sequences)
    {
        var length = sequences.Max(sequence => sequence.Count) - 1;
        var (inputs, targets) = (new long[sequences.Length * length], new long[sequences.Length * length]);
        targets.AsSpan().Fill(NotCounted);
        long items = 0;
        for (var row = 0; row < sequences.Length; row++)
        {
            for (var i = 0; i + 1 < sequences[row].Count; i++)
            {
                inputs[(row * length) + i] = sequences[row][i];
                targets[(row * length) + i] = sequences[row][i + 1];
                items++;
            }
        }

        return new Batch(
            Tensor.From<long>(inputs, sequences.Length, length).Release(), Tensor.From<long>(targets, sequences.Length, length).Release(), items);
    }
}
