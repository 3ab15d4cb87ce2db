namespace Nabla.Experiments;

/// <summary>A training run that ended.</summary>
/// <param name="Run">Its row in the store, with the outcome.</param>
/// <param name="Result">What came out.</param>
public sealed record TrainingOutcome(StoredRun Run, TrainingResult Result);
