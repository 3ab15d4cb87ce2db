using System.Globalization;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Models;

namespace Nabla.Problems.Tasks;

/// <summary>A GPT learns to predict the next byte of a text.</summary>
public sealed class TextTask : LearningTask
{
    private const int ValidationTokens = 16_384;

    private readonly Gpt _model;
    private readonly TextWindows<byte> _windows;

    /// <summary>Makes the model and reads the text.</summary>
    /// <param name="options">The user's choices.</param>
    /// <exception cref="DataException">The text cannot be used or a size is out of range.</exception>
    public TextTask(TaskOptions options)
        : this(options, Read(options))
    {
    }

    /// <summary>Makes the model over a text that was read before, for many tasks on one text.</summary>
    /// <param name="options">The user's choices; the path of data in it is not looked at.</param>
    /// <param name="corpus">The text.</param>
    /// <exception cref="DataException">The text is too short or a size is out of range.</exception>
    public TextTask(TaskOptions options, TextCorpus corpus)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(corpus);
        var seed = Seed.From(options.Seed);
        var batch = options.PositiveBatch(16);
        var defaults = new GptOptions();
        var sizes = new GptOptions
        {
            Layers = options.Layers ?? defaults.Layers,
            Heads = options.Heads ?? defaults.Heads,
            Width = options.Width ?? defaults.Width,
            Context = options.Context ?? defaults.Context,
            Dropout = options.Dropout ?? defaults.Dropout,
        };
        try
        {
            sizes.Check();
        }
        catch (ArgumentException exception)
        {
            throw new DataException(exception.Message, exception);
        }

        // A window is the context and the byte that follows it.
        var split = new TextSplit(corpus.Text, sizes.Context + 1, seed);
        _windows = new TextWindows<byte>(split, batch, seed, options.Device);
        var unigram = split.UnigramEntropy();
        Baselines = new Dictionary<string, double> { ["unigram entropy"] = unigram, ["uniform"] = Math.Log(256) };
        DatasetSummary = corpus.Summary + string.Create(
            CultureInfo.InvariantCulture,
            $"; {split.TrainingCount / 1e6:0.0##} MB for training, {split.ValidationCount / 1e6:0.0##} MB in blocks for validation");
        _model = new Gpt(sizes, seed, options.Precision, options.Device);
    }

    /// <inheritdoc/>
    public override string Name => "text";

    /// <inheritdoc/>
    public override Module Model => _model;

    /// <inheritdoc/>
    public override string ItemName => "tokens";

    /// <inheritdoc/>
    public override string DatasetSummary { get; }

    /// <summary>"unigram entropy": the validation loss of the best guess without context; "uniform": log 256.</summary>
    public override IReadOnlyDictionary<string, double> Baselines { get; }

    /// <summary>Draws windows of the training text.</summary>
    /// <returns>Inputs and targets as int64 of shape [batch, context]; a target is the byte after its input.</returns>
    public override Batch NextBatch() => _windows.Next();

    /// <inheritdoc/>
    public override Tensor Loss(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = new TensorScope();
        var scores = _model.Forward(batch.Inputs);
        return Wide(scores.View(-1, _model.Options.Vocabulary)).CrossEntropyLoss(batch.Targets.View(-1)).MoveToOuter();
    }

    /// <inheritdoc/>
    protected override IEnumerable<Func<Batch>> ValidationBatches()
    {
        // About as many windows for every batch size, so that its choice changes the loss little.
        var windows = Math.Max(ValidationTokens / _model.Options.Context, 8);
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

    private static TextCorpus Read(TaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.DataPath is { } path ? TextCorpus.Load(path) : TextCorpus.LoadDefault();
    }
}
