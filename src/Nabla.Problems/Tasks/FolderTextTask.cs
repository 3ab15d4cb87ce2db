using System.Globalization;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Models;

namespace Nabla.Problems.Tasks;

/// <summary>A language model from a folder learns to predict the next token of a text, with its own tokenizer.</summary>
public class FolderTextTask : LearningTask, IModelTask
{
    private const int DefaultBatch = 8;
    private const int DefaultContext = 128;
    private const int ValidationTokens = 4_096;
    private const int LeastWindows = 8;

    private readonly TokenSplit _split;
    private readonly TextWindows<int> _windows;
    private readonly int _context;

    /// <summary>Takes over a model and reads the text.</summary>
    /// <param name="options">The user's choices; the sizes of the model come from its folder.</param>
    /// <param name="source">The model and its tokenizer; disposed with the task, and at once where the task cannot be made.</param>
    /// <exception cref="DataException">The text cannot be used, or a choice has no effect or is out of range.</exception>
    public FolderTextTask(TaskOptions options, LanguageFolder source)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(source);
        Source = source;
        try
        {
            if (options is not { Layers: null, Heads: null, Width: null, Dropout: null })
            {
                throw new DataException("Layers, heads, width and dropout come from the model's folder; leave them out, or leave the model out.");
            }

            var seed = Seed.From(options.Seed);
            var most = source.Model.Language.Context;
            var batch = options.PositiveBatch(DefaultBatch);
            _context = TaskOptions.Positive(options.Context, Math.Min(DefaultContext, most), "context");
            if (_context > most)
            {
                throw new DataException($"The context is {_context} tokens; the model in '{source.Folder}' reads {most} at most. Take a shorter one.");
            }

            var corpus = options.DataPath is { } path ? TextCorpus.Load(path) : TextCorpus.LoadDefault();
            // A window is the context and the token that follows it.
            _split = new TokenSplit(source.Encode(corpus.Text.Span), source.Model.Language.Vocabulary, _context + 1, seed);
            _windows = new TextWindows<int>(_split, batch, seed, options.Device);
            Baselines = new Dictionary<string, double>
            {
                ["unigram entropy"] = _split.UnigramEntropy(),
                ["uniform"] = Math.Log(source.Model.Language.Vocabulary),
            };
            DatasetSummary = corpus.Summary + string.Create(
                CultureInfo.InvariantCulture,
                $"; {_split.TrainingCount} tokens for training, {_split.ValidationCount} in blocks for validation");
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override string Name => "text";

    /// <inheritdoc/>
    public override Module Model => Source.Model.Module;

    /// <inheritdoc/>
    public override string ItemName => "tokens";

    /// <inheritdoc/>
    public override string DatasetSummary { get; }

    /// <summary>"unigram entropy": the validation loss of the best guess without context; "uniform": that of no guess.</summary>
    public override IReadOnlyDictionary<string, double> Baselines { get; }

    /// <inheritdoc/>
    public virtual string ModelKind => "model";

    /// <summary>The model and its tokenizer.</summary>
    protected LanguageFolder Source { get; }

    /// <summary>Draws windows of the training text.</summary>
    /// <returns>Inputs and targets as int64 of shape [batch, context]; a target is the token after its input.</returns>
    public override Batch NextBatch() => _windows.Next();

    /// <inheritdoc/>
    public override Tensor Loss(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return NextTokenLoss.Of(Source.Model.Language, batch.Inputs, batch.Targets);
    }

    /// <inheritdoc/>
    public virtual void SaveModel(string folder) => Source.Save(folder);

    /// <inheritdoc/>
    protected override IEnumerable<Func<Batch>> ValidationBatches()
    {
        // A short text has no more windows than cover it: others would only repeat them.
        var whole = (int)Math.Min((_split.ValidationCount + _context - 1) / _context, int.MaxValue);
        var windows = Math.Min(Math.Max(ValidationTokens / _context, LeastWindows), whole);
        return _windows.Validation(windows);
    }

    /// <inheritdoc/>
    protected override void SavePosition(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _windows.Save(writer);
    }

    /// <inheritdoc/>
    protected override void LoadPosition(StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _windows.Load(reader);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            Source.Dispose();
        }
    }
}
