using Nabla.Core;
using Nabla.Engine;

namespace Nabla.Procedures.Unlearning;

/// <summary>
/// The losses of methods of unlearning as functions of what the model says. All are scalars with their graph, owned by the
/// caller; prompts and padding are never among the positions.
/// </summary>
public static class ForgetLosses
{
    /// <summary>Gradient ascent: the mean log-probability of all answer tokens together.</summary>
    /// <param name="scored">Answers to forget.</param>
    public static Tensor Ascent(ScoredAnswers scored)
    {
        using var scope = new TensorScope();
        return AnswerScores.LogProbabilities(scored).Mean().MoveToOuter();
    }

    /// <summary>
    /// Negative preference (NPO): -(2/β) mean ln σ(-β r) with r = ln π_θ - ln π_ref of whole answers. Its derivative in r is
    /// 2 σ(β r); at the start it is the ascent on sums.
    /// </summary>
    /// <param name="scored">Answers to forget.</param>
    /// <param name="reference">ln π_ref of each answer.</param>
    /// <param name="beta">β, above 0.</param>
    /// <exception cref="ArgumentException">There is not one reference an example.</exception>
    public static Tensor NegativePreference(ScoredAnswers scored, IReadOnlyList<double> reference, double beta)
    {
        using var scope = new TensorScope();
        return (((AnswerScores.Sums(scored) - References(scored, reference)) * -beta).LogSigmoid().Mean() * (-2 / beta)).MoveToOuter();
    }

    /// <summary>SimNPO: -(2/β) mean ln σ(β (NLL_avg - δ)), without a reference; the paper's margin is β δ.</summary>
    /// <param name="scored">Answers to forget.</param>
    /// <param name="beta">β, above 0.</param>
    /// <param name="delta">δ, 0 or above.</param>
    public static Tensor SimpleNegativePreference(ScoredAnswers scored, double beta, double delta)
    {
        using var scope = new TensorScope();
        return (((-AnswerScores.Means(scored) - delta) * beta).LogSigmoid().Mean() * (-2 / beta)).MoveToOuter();
    }

    /// <summary>Direct preference (DPO): -(2/β) mean ln σ(β (r_win - r_lose)), r = ln π_θ - ln π_ref of whole answers.</summary>
    /// <param name="win">Refusals.</param>
    /// <param name="lose">The answers to forget, in the same order.</param>
    /// <param name="winReference">ln π_ref of the refusals.</param>
    /// <param name="loseReference">ln π_ref of the answers.</param>
    /// <param name="beta">β, above 0.</param>
    /// <exception cref="ArgumentException">There is not one reference an example.</exception>
    public static Tensor DirectPreference(
        ScoredAnswers win, ScoredAnswers lose, IReadOnlyList<double> winReference, IReadOnlyList<double> loseReference, double beta)
    {
        using var scope = new TensorScope();
        var margin = AnswerScores.Sums(win) - References(win, winReference) - AnswerScores.Sums(lose) + References(lose, loseReference);
        return ((margin * beta).LogSigmoid().Mean() * (-2 / beta)).MoveToOuter();
    }

    /// <summary>RMU: the mean over positions of ‖h - c u‖² / width.</summary>
    /// <param name="states">Hidden states, [positions, width].</param>
    /// <param name="direction">u, [width].</param>
    /// <param name="coefficient">c, above 0.</param>
    public static Tensor Misdirection(Tensor states, Tensor direction, double coefficient)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(direction);
        using var scope = new TensorScope();
        return (states - (direction * coefficient)).Square().Mean().MoveToOuter();
    }

    /// <summary>UNDIAL: cross-entropy against softmax(teacher logits - β onehot(answer)), the mean over positions.</summary>
    /// <param name="scored">Answers to forget.</param>
    /// <param name="teacher">Logits of the starting model, [positions, classes].</param>
    /// <param name="beta">β, 0 or above; 0 is self-distillation.</param>
    public static Tensor SelfDistillation(ScoredAnswers scored, Tensor teacher, double beta)
    {
        ArgumentNullException.ThrowIfNull(scored);
        ArgumentNullException.ThrowIfNull(teacher);
        using var scope = new TensorScope();
        var lowered = Tensor.ZerosLike(teacher).Scatter(1, scored.Targets.Unsqueeze(1), -beta);
        return CrossEntropy((teacher.Detach() + lowered).Softmax(-1), scored.Logits).MoveToOuter();
    }

    /// <summary>WGA: the mean over tokens of p^β ln p, p^β taken as constant. β = 0 is gradient ascent.</summary>
    /// <param name="scored">Answers to forget.</param>
    /// <param name="beta">β, 0 or above.</param>
    public static Tensor WeightedAscent(ScoredAnswers scored, double beta) => SaturatedAscent(scored, beta, 0);

    /// <summary>SatImp: the mean over tokens of p^β1 (1 - p)^β2 ln p, the weight taken as constant. Both 0 is gradient ascent.</summary>
    /// <param name="scored">Answers to forget.</param>
    /// <param name="beta1">β1, 0 or above: saturation.</param>
    /// <param name="beta2">β2, 0 or above: importance.</param>
    public static Tensor SaturatedAscent(ScoredAnswers scored, double beta1, double beta2)
    {
        using var scope = new TensorScope();
        var log = AnswerScores.LogProbabilities(scored);
        var p = log.Detach().Exp();
        var weight = beta2 == 0 ? p.Pow(beta1) : p.Pow(beta1) * (1.0 - p).Pow(beta2);
        return (weight * log).Mean().MoveToOuter();
    }

    /// <summary>
    /// CE-U: cross-entropy against the model's own distribution without the answer token, taken as constant. Its gradient
    /// in the logits is p on the answer and -p p_k / (1 - p) on others.
    /// </summary>
    /// <param name="scored">Answers to forget.</param>
    /// <param name="skip">How many first tokens of each answer are left out; shorter answers keep their last token.</param>
    public static Tensor WithoutTarget(ScoredAnswers scored, int skip)
    {
        ArgumentNullException.ThrowIfNull(scored);
        using var scope = new TensorScope();
        var target = scored.Logits.Detach().Scatter(1, scored.Targets.Unsqueeze(1), double.NegativeInfinity).Softmax(-1);
        List<long> rows = [];
        var first = 0;
        foreach (var length in scored.Lengths)
        {
            for (var t = Math.Min(skip, length - 1); t < length; t++)
            {
                rows.Add(first + t);
            }

            first += length;
        }

        var chosen = Tensor.From<long>([.. rows], rows.Count).To(scored.Logits.Device, DType.Int64);
        return CrossEntropy(target.IndexSelect(0, chosen), scored.Logits.IndexSelect(0, chosen)).MoveToOuter();
    }

    /// <summary>PDU: the mean over positions of (largest logit - mean logit)², which is 0 only for a uniform model.</summary>
    /// <param name="scored">Answers to forget.</param>
    public static Tensor Flatness(ScoredAnswers scored)
    {
        ArgumentNullException.ThrowIfNull(scored);
        using var scope = new TensorScope();
        return (scored.Logits.Amax(1) - scored.Logits.Mean(1)).Square().Mean().MoveToOuter();
    }

    /// <summary>The inverted hinge: the mean over tokens of 1 + p - the largest probability of another token. It lies in [0, 2].</summary>
    /// <param name="scored">Answers to forget.</param>
    public static Tensor InvertedHinge(ScoredAnswers scored)
    {
        ArgumentNullException.ThrowIfNull(scored);
        using var scope = new TensorScope();
        var p = scored.Logits.Softmax(-1);
        var targets = scored.Targets.Unsqueeze(1);
        return (p.Gather(1, targets).Squeeze(1) - p.Scatter(1, targets, -1.0).Amax(1) + 1.0).Relu().Mean().MoveToOuter();
    }

    /// <summary>
    /// CATNIP as its abstract reads: NPO a token, the model's own doubt in the reference's place:
    /// -(2/β) mean ln σ(-β ln(p / (1 - p))).
    /// </summary>
    /// <param name="scored">Answers to forget.</param>
    /// <param name="beta">β, above 0.</param>
    /// <param name="constantReference">Whether 1 - p is taken as constant; the derivative in ln p is then 2 σ(β ln(p / (1 - p))),
    /// for β = 1 that is 2 p.</param>
    public static Tensor OwnConfidence(ScoredAnswers scored, double beta, bool constantReference)
    {
        ArgumentNullException.ThrowIfNull(scored);
        using var scope = new TensorScope();
        var targets = scored.Targets.Unsqueeze(1);
        var all = scored.Logits.Logsumexp(1);
        // ln(1 - p) without cancellation: what the other tokens have together.
        var doubt = scored.Logits.Scatter(1, targets, double.NegativeInfinity).Logsumexp(1) - all;
        var log = scored.Logits.Gather(1, targets).Squeeze(1) - all;
        return (((log - (constantReference ? doubt.Detach() : doubt)) * -beta).LogSigmoid().Mean() * (-2 / beta)).MoveToOuter();
    }

    /// <summary>KL(p_ref ‖ p_θ), the mean over positions: what keeps a model near what it was.</summary>
    /// <param name="reference">Logits of the starting model, [positions, classes].</param>
    /// <param name="scored">Answers to keep.</param>
    public static Tensor Divergence(Tensor reference, ScoredAnswers scored)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(scored);
        using var scope = new TensorScope();
        var log = reference.Detach().LogSoftmax(-1);
        return (log.Exp() * (log - scored.Logits.LogSoftmax(-1))).Sum(1).Mean().MoveToOuter();
    }

    private static Tensor CrossEntropy(Tensor target, Tensor logits) => (target * logits.LogSoftmax(-1)).Sum(1).Mean() * -1.0;

    private static Tensor References(ScoredAnswers scored, IReadOnlyList<double> reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (reference.Count != scored.Lengths.Count)
        {
            throw new ArgumentException(
                $"There are {reference.Count} references for {scored.Lengths.Count} examples; give one each.", nameof(reference));
        }

        return Tensor.From<double>([.. reference], reference.Count).To(scored.Logits.Device, scored.Logits.DType);
    }
}
