using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Problems.Unlearning;

/// <summary>
/// A classifier with one head or several, such as content and colour. All heads have equally many classes, of which one may
/// leave some without examples; the loss is the sum of the heads' cross-entropies.
/// </summary>
public sealed class ClassUnlearningTask : RowsUnlearningTask, ILabelledUnlearningTask
{
    private readonly int _heads;

    /// <summary>Puts a classifier and its rows together.</summary>
    /// <param name="model">The model, with outputs [rows, heads × classes], head by head; owned by the caller.</param>
    /// <param name="classes">Classes of each head; at least 2.</param>
    /// <param name="forget">Rows to forget, with one class for each head.</param>
    /// <param name="retain">Rows to keep.</param>
    /// <param name="untrained">Makes an untrained model of the same shapes; null where retraining is not wanted.</param>
    /// <exception cref="ArgumentException">The rows have different widths, or a class is none.</exception>
    public ClassUnlearningTask(Module model, int classes, ExampleRows forget, ExampleRows retain, Func<Seed, Module>? untrained = null)
        : base(model, forget, retain, untrained)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        (Classes, _heads) = (classes, Forget.AnswersEach);
        foreach (var rows in new[] { Forget, Retain })
        {
            for (var row = 0; row < rows.Count; row++)
            {
                foreach (var label in rows.Answers(row))
                {
                    if (label != MathF.Floor(label) || label < 0 || label >= classes)
                    {
                        throw new ArgumentException($"Row {row} has the class {label}; classes are whole numbers from 0 to {classes - 1}.", nameof(forget));
                    }
                }
            }
        }
    }

    /// <inheritdoc/>
    public int Classes { get; }

    /// <summary>Logits are cut to plus or minus this before the loss; infinity for no limit. Range: above 0. Default: infinity.</summary>
    public double LogitLimit { get; init; } = double.PositiveInfinity;

    /// <inheritdoc/>
    public override Tensor Loss(ExampleSet set, IReadOnlyList<int> examples)
    {
        using var scope = new TensorScope();
        var scored = Score(set, examples);
        var logits = double.IsFinite(LogitLimit) ? scored.Logits.Clamp(-LogitLimit, LogitLimit) : scored.Logits;
        return (logits.CrossEntropyLoss(scored.Targets) * _heads).MoveToOuter();
    }

    /// <inheritdoc/>
    public override Tensor Outputs(ExampleSet set, IReadOnlyList<int> examples, RandomStream? random = null)
    {
        ArgumentNullException.ThrowIfNull(examples);
        using var scope = new TensorScope();
        var largest = Forward(Rows(set), examples).Reshape(examples.Count, _heads, Classes).Amax(2);
        return (_heads == 1 ? largest.Reshape(-1) : largest).MoveToOuter();
    }

    /// <inheritdoc/>
    public ScoredAnswers Score(ExampleSet set, IReadOnlyList<int> examples) => Score(Rows(set), examples);

    /// <summary>Scores rows of any table.</summary>
    /// <param name="rows">The table, with one class for each head.</param>
    /// <param name="examples">Numbers of rows.</param>
    /// <returns>One position for each head.</returns>
    public ScoredAnswers Score(ExampleRows rows, IReadOnlyList<int> examples)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(examples);
        using var scope = new TensorScope();
        long[] targets = [.. examples.SelectMany(row => rows.Answers(row).ToArray(), (_, label) => (long)label)];
        return new ScoredAnswers(
            Forward(rows, examples).Reshape(examples.Count * _heads, Classes).MoveToOuter(),
            Tensor.From<long>(targets, targets.Length).To(Model.Parameters[0].Value.Device, DType.Int64).MoveToOuter(),
            [.. Enumerable.Repeat(_heads, examples.Count)]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> Answer(ExampleSet set, int example) => [.. Rows(set).Answers(example).ToArray().Select(label => (int)label)];

    /// <summary>The share of rows whose class is the one with the largest logit, in every head or in one.</summary>
    /// <param name="rows">The table.</param>
    /// <param name="head">The head; null for all heads at once.</param>
    public double Accuracy(ExampleRows rows, int? head = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var mode = GradMode.Disable();
        var right = 0;
        foreach (var chunk in Enumerable.Range(0, rows.Count).Chunk(1024))
        {
            using var scope = new TensorScope();
            using var scored = Score(rows, chunk);
            var hits = scored.Logits.Argmax(1).Eq(scored.Targets).To(DType.Int64).ToArray<long>();
            for (var i = 0; i < chunk.Length; i++)
            {
                right += (head is { } one ? hits[(i * _heads) + one] == 1 : hits.AsSpan(i * _heads, _heads).IndexOf(0) < 0) ? 1 : 0;
            }
        }

        return (double)right / rows.Count;
    }
}
