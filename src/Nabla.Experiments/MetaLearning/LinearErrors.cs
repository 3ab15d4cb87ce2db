namespace Nabla.Experiments;

/// <summary>Squared distances from a new task's matrix after adaptation.</summary>
/// <param name="MetaLora">From the base of Meta-LoRA.</param>
/// <param name="StandardRetraining">From the base of standard retraining, exact least squares.</param>
public sealed record LinearErrors(double MetaLora, double StandardRetraining);
