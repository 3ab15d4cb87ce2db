using Nabla.Problems.Unlearning;

namespace Nabla.Experiments.Unlearning;

/// <summary>Examples that a model is judged by, of one kind.</summary>
/// <param name="Name">What the set is called in metrics: forget, retain, unseen, or the name of its file.</param>
/// <param name="Examples">The examples; at least one.</param>
/// <param name="HasOptions">Whether probabilities are taken among the wrong answers, as TOFU does for facts of the world.</param>
public sealed record AuditSet(string Name, IReadOnlyList<UnlearningExample> Examples, bool HasOptions = false)
{
    /// <summary>Whether every example has wrong answers.</summary>
    public bool HasWrongAnswers => Examples.All(e => e.WrongAnswers.Count > 0);
}
