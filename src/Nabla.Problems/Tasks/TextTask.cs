using System.Globalization;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Models;

namespace Nabla.Problems.Tasks;

/// <summary>A GPT learns to predict the next byte of a text.</summary>
public sealed class TextTask : NextTokenTask
{
    private const int ValidationTokens = 16_384;

    private readonly Gpt _model;

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
        : this(options, corpus, Sizes(options))
    {
    }

    private TextTask(TaskOptions options, TextCorpus corpus, GptOptions sizes)
        : base(Work(options, corpus, sizes)) =>
        _model = new Gpt(sizes, Seed.From(options.Seed), options.Precision, options.Device);

    /// <inheritdoc/>
    public override Module Model => _model;

    /// <inheritdoc/>
    public override Tensor Loss(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = new TensorScope();
        var scores = _model.Forward(batch.Inputs);
        return Wide(scores.View(-1, _model.Options.Vocabulary)).CrossEntropyLoss(batch.Targets.View(-1)).MoveToOuter();
    }

    private static GptOptions Sizes(TaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
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
            return sizes;
        }
        catch (ArgumentException exception)
        {
            throw new DataException(exception.Message, exception);
        }
    }

    private static TextWork Work(TaskOptions options, TextCorpus corpus, GptOptions sizes)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        var seed = Seed.From(options.Seed);
        var batch = options.PositiveBatch(16);
        // A window is the context and the byte that follows it.
        var split = new TextSplit(corpus.Text, sizes.Context + 1, seed);
        return new(
            new TextWindows<byte>(split, batch, seed, options.Device),
            // About as many windows for every batch size, so that its choice changes the loss little.
            Math.Max(ValidationTokens / sizes.Context, 8),
            corpus.Summary + string.Create(
                CultureInfo.InvariantCulture,
                $"; {split.TrainingCount / 1e6:0.0##} MB for training, {split.ValidationCount / 1e6:0.0##} MB in blocks for validation"),
            split.UnigramEntropy(),
            256);
    }

    private static TextCorpus Read(TaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.DataPath is { } path ? TextCorpus.Load(path) : TextCorpus.LoadDefault();
    }
}
