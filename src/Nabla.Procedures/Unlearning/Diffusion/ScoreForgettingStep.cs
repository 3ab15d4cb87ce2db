namespace Nabla.Procedures.Unlearning;

/// <summary>What score forgetting distillation tells after a round.</summary>
/// <param name="Step">Rounds made so far.</param>
/// <param name="TotalSteps">Rounds there will be at most.</param>
/// <param name="FakeLoss">The weighted loss of the fake score before its step.</param>
/// <param name="GeneratorLoss">The weighted loss of the generator before its step; it may be below 0.</param>
public readonly record struct ScoreForgettingStep(long Step, long TotalSteps, double FakeLoss, double GeneratorLoss);
