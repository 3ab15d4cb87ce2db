using System.Globalization;
using Nabla.Core;
using Nabla.Engine;
using Nabla.Problems.Datasets;
using Nabla.Problems.Models;

namespace Nabla.Problems.Tasks;

/// <summary>A language model from a folder learns to predict the next token of a text, with its own tokenizer.</summary>
public class FolderTextTask : NextTokenTask, IModelTask
{
    private const int DefaultBatch = 8;
    private const int DefaultContext = 128;
    private const int ValidationTokens = 4_096;
    private const int LeastWindows = 8;

    /// <summary>Takes over a model and reads the text.</summary>
    /// <param name="options">The user's choices; the sizes of the model come from its folder.</param>
    /// <param name="source">The model and its tokenizer; disposed with the task, and at once where the task cannot be made.</param>
    /// <exception cref="DataException">The text cannot be used, or a choice has no effect or is out of range.</exception>
    public FolderTextTask(TaskOptions options, LanguageFolder source)
        : base(Work(options, source)) =>
        Source = source;

    /// <inheritdoc/>
    public override Module Model => Source.Model.Module;

    /// <inheritdoc/>
    public virtual string ModelKind => "model";

    /// <summary>The model and its tokenizer.</summary>
    protected LanguageFolder Source { get; }

    /// <inheritdoc/>
    public override Tensor Loss(Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return NextTokenLoss.Of(Source.Model.Language, batch.Inputs, batch.Targets);
    }

    /// <inheritdoc/>
    public virtual void SaveModel(string folder) => Source.Save(folder);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            Source.Dispose();
        }
    }

    private static TextWork Work(TaskOptions options, LanguageFolder source)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(source);
        try
        {
            if (options is not { Layers: null, Heads: null, Width: null, Dropout: null })
            {
                throw new DataException("Layers, heads, width and dropout come from the model's folder; leave them out, or leave the model out.");
            }

            var seed = Seed.From(options.Seed);
            var (most, vocabulary) = (source.Model.Language.Context, source.Model.Language.Vocabulary);
            var batch = options.PositiveBatch(DefaultBatch);
            var context = TaskOptions.Positive(options.Context, Math.Min(DefaultContext, most), "context");
            if (context > most)
            {
                throw new DataException($"The context is {context} tokens; the model in '{source.Folder}' reads {most} at most. Take a shorter one.");
            }

            var corpus = options.DataPath is { } path ? TextCorpus.Load(path) : TextCorpus.LoadDefault();
            // A window is the context and the token that follows it.
            var split = new TokenSplit(source.Encode(corpus.Text.Span), vocabulary, context + 1, seed);
            // A short text has no more windows than cover it: others would only repeat them.
            var whole = (int)Math.Min((split.ValidationCount + context - 1) / context, int.MaxValue);
            return new(
                new TextWindows<int>(split, batch, seed, options.Device),
                Math.Min(Math.Max(ValidationTokens / context, LeastWindows), whole),
                corpus.Summary + string.Create(
                    CultureInfo.InvariantCulture,
                    $"; {split.TrainingCount} tokens for training, {split.ValidationCount} in blocks for validation"),
                split.UnigramEntropy(),
                vocabulary);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }
}
