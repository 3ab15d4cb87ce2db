using Nabla.Engine;

namespace Nabla.Core;

/// <summary>The loss of predicting the next token.</summary>
public static class NextTokenLoss
{
    // 16 MiB of scores in float32. A vocabulary is often larger than all else that a token makes.
    private const long MostScores = 1 << 22;

    /// <summary>
    /// The mean cross-entropy of the targets. Scores are made for some rows after others, so that those of a long batch and
    /// their derivatives are never in memory together.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">Tokens as int64 of shape [batch, count].</param>
    /// <param name="targets">The tokens that follow, as many.</param>
    /// <returns>A scalar with its graph, in float32 at least; owned by the caller.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit the model or each other.</exception>
    public static Tensor Of(ICausalModel model, Tensor inputs, Tensor targets) => Of(model, inputs, targets, MostScores);

    /// <summary>The mean cross-entropy of the targets, with a limit of one's own.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">Tokens as int64 of shape [batch, count].</param>
    /// <param name="targets">The tokens that follow, as many.</param>
    /// <param name="mostScores">The most scores (rows × vocabulary) at a time; at least those of one row are made.</param>
    /// <returns>A scalar with its graph, in float32 at least; owned by the caller.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit the model or each other.</exception>
    public static Tensor Of(ICausalModel model, Tensor inputs, Tensor targets, long mostScores)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        if (inputs.ElementCount != targets.ElementCount)
        {
            throw new ArgumentException($"There are {inputs.ElementCount} tokens and {targets.ElementCount} targets; each token needs one.", nameof(targets));
        }

        using var scope = new TensorScope();
        var (rows, flat) = (model.Hidden(inputs).Reshape(-1, model.Width), targets.Reshape(-1));
        var count = rows.Shape[0];
        var most = Math.Max(1, mostScores / model.Vocabulary);
        if (count > most && GradMode.IsEnabled)
        {
            // What the blocks kept for the backward pass lies between holes of what they did not keep. Scores do not fit
            // into these, and would come on top of them at the peak.
            NativeMemory.ReturnFreePages();
        }

        Tensor? sum = null;
        for (var start = 0L; start < count; start += most)
        {
            using var inner = new TensorScope();
            var length = Math.Min(most, count - start);
            var scores = model.Scores(rows.Narrow(0, start, length));
            // A loss in 16 bits would have three digits.
            var wide = scores.DType is DType.BFloat16 or DType.Float16 ? scores.To(DType.Float32) : scores;
            var part = wide.CrossEntropyLoss(flat.Narrow(0, start, length));
            part = length == count ? part : part * ((double)length / count);
            sum = (sum is null ? part : sum + part).MoveToOuter();
        }

        return sum!.MoveToOuter();
    }
}
