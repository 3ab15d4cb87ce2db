using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Problems.Unlearning;

/// <summary>A language model with prompts and answers to forget, and others to keep.</summary>
public sealed class LanguageUnlearningTask : ILanguageUnlearningTask, IRestartable
{
    private readonly IReadOnlyList<TokenExample> _forget;
    private readonly IReadOnlyList<TokenExample> _retain;
    private readonly Func<Seed, Module>? _untrained;

    /// <summary>Puts a model and its examples together.</summary>
    /// <param name="model">The model; it is an <see cref="ICausalModel"/>. Methods change it in place. Owned by the caller.</param>
    /// <param name="forget">Examples to forget.</param>
    /// <param name="retain">Examples to keep.</param>
    /// <param name="refusals">Answers of the kind "I do not know"; null for none.</param>
    /// <param name="untrained">Makes an untrained model of the same sizes, for retraining; null: nobody knows how.</param>
    /// <exception cref="ArgumentException">The model predicts no tokens; an example has no prompt or no answer, is longer than the
    /// model reads, or has a token it does not know; or one stands on both sides or twice.</exception>
    public LanguageUnlearningTask(
        Module model,
        IReadOnlyList<TokenExample> forget,
        IReadOnlyList<TokenExample> retain,
        IReadOnlyList<IReadOnlyList<int>>? refusals = null,
        Func<Seed, Module>? untrained = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(forget);
        ArgumentNullException.ThrowIfNull(retain);
        Causal = model as ICausalModel ?? throw new ArgumentException(
            $"{model.GetType().Name} predicts no tokens; give a model such as Gpt or Llama.", nameof(model));
        (Model, _forget, _retain, Refusals, _untrained) = (model, forget, retain, refusals ?? [], untrained);
        HashSet<string> seen = [];
        foreach (var example in forget.Concat(retain))
        {
            Check(example);
            if (!seen.Add(example.Id))
            {
                throw new ArgumentException(
                    $"The example '{example.Id}' was given twice. An example is to be forgotten or to be kept, once.", nameof(retain));
            }
        }
    }

    /// <inheritdoc/>
    public Module Model { get; }

    /// <inheritdoc/>
    public ICausalModel Causal { get; }

    /// <inheritdoc/>
    public int Classes => Causal.Vocabulary;

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<int>> Refusals { get; }

    /// <inheritdoc/>
    public int Count(ExampleSet set) => Examples(set).Count;

    /// <inheritdoc/>
    public TokenExample Example(ExampleSet set, int example) => Examples(set)[example];

    /// <inheritdoc/>
    public IReadOnlyList<int> Answer(ExampleSet set, int example) => Examples(set)[example].Answer;

    /// <inheritdoc/>
    public void Restart(Seed seed)
    {
        using var fresh = _untrained?.Invoke(seed)
            ?? throw new InvalidOperationException("Nobody said how an untrained model is made. Give the task a function that makes one.");
        using var mode = GradMode.Disable();
        foreach (var (old, made) in Model.Parameters.Zip(fresh.Parameters))
        {
            old.Value.CopyFrom(made.Value);
        }
    }

    /// <summary>The mean negative log-probability of all answer tokens together.</summary>
    /// <inheritdoc/>
    public Tensor Loss(ExampleSet set, IReadOnlyList<int> examples)
    {
        using var scope = new TensorScope();
        var scored = Score(set, examples);
        return scored.Logits.CrossEntropyLoss(scored.Targets).MoveToOuter();
    }

    /// <inheritdoc/>
    public Tensor Outputs(ExampleSet set, IReadOnlyList<int> examples, RandomStream? random = null)
    {
        using var scope = new TensorScope();
        var scored = Score(set, examples);
        var rows = new long[scored.Lengths.Count];
        var first = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = first + (random?.NextInt(scored.Lengths[i]) ?? 0);
            first += scored.Lengths[i];
        }

        return scored.Logits.IndexSelect(0, Placed(rows, scored.Logits.Device)).Amax(1).MoveToOuter();
    }

    /// <inheritdoc/>
    public ScoredAnswers Score(ExampleSet set, IReadOnlyList<int> examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        var all = Examples(set);
        return Score([.. examples.Select(i => all[i])]);
    }

    /// <inheritdoc/>
    public ScoredAnswers Score(IReadOnlyList<TokenExample> examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        using var scope = new TensorScope();
        var (input, rows, targets) = Layout(examples);
        var hidden = Causal.Hidden(input).Reshape(-1, Causal.Width).IndexSelect(0, rows);
        var logits = Causal.Scores(hidden);
        if (logits.DType is DType.BFloat16 or DType.Float16)
        {
            logits = logits.To(logits.Device, DType.Float32);
        }

        return new ScoredAnswers(
            logits.MoveToOuter(),
            targets.MoveToOuter(),
            [.. examples.Select(e => e.Answer.Count)],
            hidden.MoveToOuter());
    }

    /// <inheritdoc/>
    public Tensor States(IReadOnlyList<TokenExample> examples, int layer)
    {
        ArgumentNullException.ThrowIfNull(examples);
        using var scope = new TensorScope();
        var (input, rows, _) = Layout(examples);
        return Causal.States(input, layer).Reshape(-1, Causal.Width).IndexSelect(0, rows).MoveToOuter();
    }

    // The tokens that are read, padded at the right, the rows from which answers are predicted, and the answers.
    private (Tensor Input, Tensor Rows, Tensor Targets) Layout(IReadOnlyList<TokenExample> examples)
    {
        // The last token is predicted and never read, so a sequence is one shorter than prompt and answer.
        var longest = examples.Max(e => e.Prompt.Count + e.Answer.Count) - 1;
        var tokens = new long[examples.Count * longest];
        List<long> rows = [];
        List<long> targets = [];
        for (var i = 0; i < examples.Count; i++)
        {
            var (prompt, answer) = (examples[i].Prompt, examples[i].Answer);
            for (var t = 0; t < prompt.Count + answer.Count - 1; t++)
            {
                tokens[(i * longest) + t] = t < prompt.Count ? prompt[t] : answer[t - prompt.Count];
            }

            for (var t = 0; t < answer.Count; t++)
            {
                rows.Add((i * longest) + prompt.Count - 1 + t);
                targets.Add(answer[t]);
            }
        }

        var device = Model.Parameters[0].Value.Device;
        var input = Tensor.From<long>(tokens, examples.Count, longest);
        return (
            device == Device.Cpu ? input : input.To(device, DType.Int64), Placed([.. rows], device), Placed([.. targets], device));
    }

    private static Tensor Placed(long[] numbers, Device device)
    {
        var made = Tensor.From<long>(numbers, numbers.Length);
        return device == Device.Cpu ? made : made.To(device, DType.Int64);
    }

    private IReadOnlyList<TokenExample> Examples(ExampleSet set) => set == ExampleSet.Forget ? _forget : _retain;

    private void Check(TokenExample example)
    {
        if (example.Prompt.Count == 0 || example.Answer.Count == 0)
        {
            throw new ArgumentException($"The example '{example.Id}' has no {(example.Prompt.Count == 0 ? "prompt" : "answer")}; it needs both.");
        }

        var length = example.Prompt.Count + example.Answer.Count;
        if (length - 1 > Causal.Context)
        {
            throw new ArgumentException($"The example '{example.Id}' has {length} tokens; the model reads {Causal.Context}. Shorten it.");
        }

        foreach (var token in example.Prompt.Concat(example.Answer))
        {
            if (token < 0 || token >= Causal.Vocabulary)
            {
                throw new ArgumentException(
                    $"The example '{example.Id}' has token {token}; the model knows 0 to {Causal.Vocabulary - 1}. Use its own tokenizer.");
            }
        }
    }
}
