namespace Nabla.Experiments;

/// <summary>A short run with one learning rate.</summary>
/// <param name="LearningRate">The rate that was tried.</param>
/// <param name="Loss">Validation loss at the end, or null when the run failed.</param>
/// <param name="Ending">Why it ended, in lower case with hyphens.</param>
public sealed record TuningTrial(double LearningRate, double? Loss, string Ending);
