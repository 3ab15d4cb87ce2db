using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>Log-probabilities of answers, from which most losses of unlearning are made.</summary>
public static class AnswerScores
{
    /// <summary>The log-probability of each answer token.</summary>
    /// <param name="scored">What the model says.</param>
    /// <returns>Shape [positions], with its graph, owned by the caller.</returns>
    public static Tensor LogProbabilities(ScoredAnswers scored)
    {
        ArgumentNullException.ThrowIfNull(scored);
        using var scope = new TensorScope();
        return scored.Logits.LogSoftmax(-1).Gather(1, scored.Targets.Unsqueeze(1)).Squeeze(1).MoveToOuter();
    }

    /// <summary>The log-probability of each whole answer, ln π(a | q).</summary>
    /// <param name="scored">What the model says.</param>
    /// <returns>Shape [examples], with its graph, owned by the caller.</returns>
    public static Tensor Sums(ScoredAnswers scored)
    {
        ArgumentNullException.ThrowIfNull(scored);
        using var scope = new TensorScope();
        return SumsOf(LogProbabilities(scored), scored).MoveToOuter();
    }

    /// <summary>The mean log-probability of the tokens of each answer.</summary>
    /// <param name="scored">What the model says.</param>
    /// <returns>Shape [examples], with its graph, owned by the caller.</returns>
    public static Tensor Means(ScoredAnswers scored)
    {
        ArgumentNullException.ThrowIfNull(scored);
        using var scope = new TensorScope();
        var lengths = Tensor.From<double>([.. scored.Lengths.Select(length => (double)length)], scored.Lengths.Count)
            .To(scored.Logits.Device, scored.Logits.DType);
        return (SumsOf(LogProbabilities(scored), scored) / lengths).MoveToOuter();
    }

    private static Tensor SumsOf(Tensor positions, ScoredAnswers scored)
    {
        var owners = Tensor.From<long>([.. scored.Owners.Select(owner => (long)owner)], scored.Positions);
        var zeros = Tensor.Zeros([scored.Lengths.Count], positions.DType, positions.Device);
        return zeros.IndexAdd(0, positions.Device == Device.Cpu ? owners : owners.To(positions.Device, DType.Int64), positions);
    }
}
