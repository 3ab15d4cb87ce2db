namespace Nabla.Experiments;

/// <summary>What tuning before a training came to.</summary>
/// <param name="Plan">The plan with the best learning rate, and with the time that tuning left when time limits it.</param>
/// <param name="Trials">The trials in the order they ran; none when the method has no learning rate above 0.</param>
/// <param name="Best">The trial with the lowest loss, or null when none came to one.</param>
public sealed record TunedPlan(TrainingPlan Plan, IReadOnlyList<TuningTrial> Trials, TuningTrial? Best);
