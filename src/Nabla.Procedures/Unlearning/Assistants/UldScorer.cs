using Nabla.Core;
using Nabla.Engine;
using Nabla.Procedures.Adaptation;

namespace Nabla.Procedures.Unlearning;

/// <summary>A language model whose logits an assistant's are taken from: it generates and scores text as the model would without what was forgotten.</summary>
/// <remarks>Each score takes two passes: without the adapters, and with them. Nothing else may use the model meanwhile.</remarks>
public sealed class UldScorer : ISavedScorer
{
    private readonly ICausalModel _model;

    /// <summary>Puts an assistant beside a model.</summary>
    /// <param name="model">The base; an <see cref="ICausalModel"/>, owned by the caller.</param>
    /// <param name="assistant">The adapters that make the base the assistant; not attached, owned by this from now on.</param>
    /// <param name="weight">α: how much of the assistant's logits is taken away; 0 or above.</param>
    /// <param name="topLogitFilter">Share of the likeliest token's probability below which the base's logits stay; 0 or above and below 1.</param>
    /// <exception cref="ArgumentException">The model predicts no tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public UldScorer(Module model, LoraAdapter assistant, double weight, double topLogitFilter)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(assistant);
        if (!(weight >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(weight), weight, "The weight is 0 or above.");
        }

        if (topLogitFilter is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(topLogitFilter), topLogitFilter, "The filter is 0 or above and below 1.");
        }

        _model = model as ICausalModel ?? throw new ArgumentException($"{model.GetType().Name} predicts no tokens; give a model such as Gpt or Llama.", nameof(model));
        (Model, Assistant, Weight, TopLogitFilter) = (model, assistant, weight, topLogitFilter);
    }

    /// <summary>The base.</summary>
    public Module Model { get; }

    /// <summary>The adapters that make the base the assistant.</summary>
    public LoraAdapter Assistant { get; }

    /// <summary>α: how much of the assistant's logits is taken away.</summary>
    public double Weight { get; }

    /// <summary>Share of the likeliest token's probability below which the base's logits stay.</summary>
    public double TopLogitFilter { get; }

    /// <inheritdoc/>
    public int Vocabulary => _model.Vocabulary;

    /// <inheritdoc/>
    public int Context => _model.Context;

    /// <summary>The base's logits less the assistant's, where the base believes in a token at all.</summary>
    /// <param name="logits">The base's, [rows, tokens].</param>
    /// <param name="assistant">The assistant's, of the same shape.</param>
    /// <param name="weight">α.</param>
    /// <param name="filter">
    /// Share of the likeliest token's probability that a token needs; of all tokens at least this share, and one at least, passes. 0: all pass.
    /// </param>
    /// <returns>[rows, tokens], owned by the caller.</returns>
    public static Tensor Difference(Tensor logits, Tensor assistant, double weight, double filter)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(assistant);
        using var scope = new TensorScope();
        var away = assistant * weight;
        if (filter > 0)
        {
            var logs = logits.LogSoftmax(-1);
            var (sorted, _) = logs.Sort(-1, descending: true);
            var passes = Math.Max(1, (int)(filter * logits.Shape[^1]));
            var least = sorted.Narrow(-1, passes - 1, 1).Minimum(sorted.Narrow(-1, 0, 1) + Math.Log(filter));
            away = away * logs.Ge(least).To(away.DType);
        }

        return (logits - away).MoveToOuter();
    }

    /// <inheritdoc/>
    public Tensor ScoreAll(Tensor tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var scope = new TensorScope();
        using var mode = GradMode.Disable();
        ISequenceScorer model = _model;
        var own = model.ScoreAll(tokens);
        var other = Assisted(() => model.ScoreAll(tokens));
        return Difference(own, other, Weight, TopLogitFilter).MoveToOuter();
    }

    /// <inheritdoc/>
    public IScoringSession Begin(int batch, int capacity, IReadOnlyList<int>? padding = null)
    {
        ITokenScorer model = _model;
        return new Session(this, model.Begin(batch, capacity, padding), model.Begin(batch, capacity, padding));
    }

    /// <summary>Writes the assistant into the folder <see cref="UldFiles.FolderName"/> beside the model.</summary>
    /// <inheritdoc/>
    public void Save(string folder) => UldFiles.Save(folder, this);

    /// <summary>Frees the adapters; the base stays.</summary>
    public void Dispose() => Assistant.Dispose();

    private T Assisted<T>(Func<T> ask)
    {
        Assistant.Attach();
        try
        {
            return ask();
        }
        finally
        {
            Assistant.Detach();
        }
    }

    private sealed class Session(UldScorer scorer, IScoringSession own, IScoringSession other) : IScoringSession
    {
        public Tensor Feed(Tensor tokens)
        {
            using var scope = new TensorScope();
            using var mode = GradMode.Disable();
            var logits = own.Feed(tokens);
            var assistant = scorer.Assisted(() => other.Feed(tokens));
            return Difference(logits, assistant, scorer.Weight, scorer.TopLogitFilter).MoveToOuter();
        }

        public void Dispose()
        {
            own.Dispose();
            other.Dispose();
        }
    }
}
