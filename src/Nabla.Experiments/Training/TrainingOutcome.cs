namespace Nabla.Experiments;

/// <summary>A training run that ended.</summary>
/// <param name="Run">Its row in the store, with the outcome.</param>
/// <param name="Result">What came out.</param>
public sealed record TrainingOutcome(StoredRun Run, TrainingResult Result)
{
    /// <summary>The folder of the trained model or adapter; null where the task writes none, or the run did not end well.</summary>
    public string? Model { get; init; }

    /// <summary>Whether <see cref="Model"/> holds an adapter rather than a whole model.</summary>
    public bool IsAdapter { get; init; }
}
