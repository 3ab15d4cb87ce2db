namespace Nabla.Experiments;

/// <summary>A training run that ended.</summary>
/// <param name="Run">Its folder, with the outcome written.</param>
/// <param name="Result">What came out.</param>
public sealed record TrainingOutcome(RunFolder Run, TrainingResult Result);
