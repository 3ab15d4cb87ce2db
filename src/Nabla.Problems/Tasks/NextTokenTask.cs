using Nabla.Core;

namespace Nabla.Problems.Tasks;

/// <summary>What tasks share that predict the next symbol of a text: windows that are drawn from it, fixed ones that are held
/// out, and the place in the draws.</summary>
public abstract class NextTokenTask : LearningTask
{
    private readonly TextWork _work;

    private protected NextTokenTask(TextWork work) => _work = work;

    /// <inheritdoc/>
    public sealed override string Name => "text";

    /// <inheritdoc/>
    public sealed override string ItemName => "tokens";

    /// <inheritdoc/>
    public sealed override string DatasetSummary => _work.Summary;

    /// <summary>"unigram entropy": the validation loss of the best guess without context; "uniform": that of no guess.</summary>
    public sealed override IReadOnlyDictionary<string, double> Baselines => _work.Baselines;

    /// <summary>Draws windows of the training text.</summary>
    /// <returns>Inputs and targets as int64 of shape [batch, context]; a target is the symbol after its input.</returns>
    public sealed override Batch NextBatch() => _work.Windows.Next();

    /// <inheritdoc/>
    protected sealed override IEnumerable<Func<Batch>> ValidationBatches() => _work.Windows.Validation(_work.ValidationWindows);

    /// <inheritdoc/>
    protected override void SavePosition(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _work.Windows.Save(writer);
    }

    /// <inheritdoc/>
    protected override void LoadPosition(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _work.Windows.Load(reader);
    }
}
