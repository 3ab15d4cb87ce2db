using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>A language model behind a T3 head: it generates and scores text as the model would without what was forgotten.</summary>
/// <remarks>Scores are ln p / T + g ln σ(c): a user's sampling temperature comes on top of T.</remarks>
public sealed class T3Scorer : ISavedScorer
{
    private readonly ICausalModel _model;

    /// <summary>Puts a head beside a model.</summary>
    /// <param name="model">The base; an <see cref="ICausalModel"/>, owned by the caller.</param>
    /// <param name="head">The head; owned by this from now on.</param>
    /// <param name="options">Temperature, guidance and forget share.</param>
    /// <exception cref="OptionException">An option is wrong.</exception>
    /// <exception cref="ArgumentException">The model predicts no tokens, or the head was made for another one.</exception>
    public T3Scorer(Module model, T3Head head, T3Options options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        _model = model as ICausalModel ?? throw new ArgumentException(
            $"{model.GetType().Name} predicts no tokens; give a model such as Gpt or Llama.", nameof(model));
        long width = head.A.Value.Shape[1], vocabulary = head.B.Value.Shape[0];
        if (width != _model.Width || vocabulary != _model.Vocabulary)
        {
            throw new ArgumentException(
                $"The head reads states of {width} numbers and knows {vocabulary} tokens; the model has {_model.Width} and {_model.Vocabulary}. "
                + "Give the model that it was trained for.",
                nameof(head));
        }

        (Model, Head, Options) = (model, head, options);
    }

    /// <summary>The base.</summary>
    public Module Model { get; }

    /// <summary>The head.</summary>
    public T3Head Head { get; }

    /// <summary>Temperature, guidance and forget share; they may be changed between uses.</summary>
    public T3Options Options { get; set; }

    /// <inheritdoc/>
    public int Vocabulary => _model.Vocabulary;

    /// <inheritdoc/>
    public int Context => _model.Context;

    /// <inheritdoc/>
    public Tensor ScoreAll(Tensor tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var scope = new TensorScope();
        using var mode = GradMode.Disable();
        var hidden = _model.Hidden(tokens);
        var rows = PooledStates.Of(hidden).Reshape(-1, _model.Width);
        return Guide(_model.Scores(hidden).Reshape(-1, Vocabulary), rows)
            .View(tokens.Shape[0], tokens.Shape[1], Vocabulary).MoveToOuter();
    }

    /// <inheritdoc/>
    public IScoringSession Begin(int batch, int capacity, IReadOnlyList<int>? padding = null) =>
        new Session(this, _model.NewCache(batch, capacity, padding));

    /// <summary>Writes the head beside its base, as <see cref="T3Files.FileName"/>.</summary>
    /// <inheritdoc/>
    public void Save(string folder) => T3Files.Save(Path.Combine(folder, T3Files.FileName), this);

    /// <summary>Frees the head; the base stays.</summary>
    public void Dispose() => Head.Dispose();

    private Tensor Guide(Tensor logits, Tensor pooled)
    {
        var tempered = logits.To(pooled.DType).LogSoftmax(-1) * (1 / Options.Temperature);
        return Options.Guidance == 0
            ? tempered
            : tempered + ((Head.Forward(pooled) + Options.PriorShift).LogSigmoid() * Options.Guidance);
    }

    private sealed class Session(T3Scorer scorer, KeyValueCache cache) : IScoringSession
    {
        private Tensor? _sum;

        public Tensor Feed(Tensor tokens)
        {
            ArgumentNullException.ThrowIfNull(tokens);
            using var scope = new TensorScope();
            using var mode = GradMode.Disable();
            long batch = tokens.Shape[0], count = tokens.Shape[1];
            var first = cache.Length;
            var hidden = scorer._model.Hidden(tokens, cache);
            var wide = hidden.To(PooledStates.TypeFor(hidden.DType));
            if (cache.IsPadded && cache.Padding.Any(padding => padding > first))
            {
                // Padding has states of its own, which belong to no text.
                double[] mask = [.. cache.Padding.SelectMany(padding => Enumerable.Range(0, (int)count).Select(i => first + i < padding ? 0.0 : 1.0))];
                wide = wide * Tensor.From<double>(mask, batch, count, 1).To(wide.Device, wide.DType);
            }

            var added = wide.Sum(1);
            var sum = _sum is null ? added : _sum + added;
            _sum?.Dispose();
            _sum = sum.Clone().Release();
            double[] counts = [.. cache.Padding.Select(padding => (double)Math.Max(1, cache.Length - padding))];
            var pooled = sum / Tensor.From<double>(counts, batch, 1).To(wide.Device, wide.DType);
            return scorer.Guide(scorer._model.Scores(hidden.Select(1, count - 1)), pooled).MoveToOuter();
        }

        public void Dispose()
        {
            _sum?.Dispose();
            cache.Dispose();
        }
    }
}
