namespace Nabla.Experiments;

/// <summary>A report from the middle of training; the newest one says everything.</summary>
public sealed record TrainingProgress
{
    /// <summary>Parameter updates done so far.</summary>
    public required long Step { get; init; }

    /// <summary>The limit on steps, or null when only time limits.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>Training loss of the last step; null before the first.</summary>
    public double? Loss { get; init; }

    /// <summary>Loss of the last evaluation; null before the first.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>Training time so far, over all resumptions.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Estimated time left; null when it cannot be told yet.</summary>
    public TimeSpan? Remaining { get; init; }

    /// <summary>Items (tokens, images, rows) a second so far; 0 before the first step.</summary>
    public double ItemsPerSecond { get; init; }

    /// <summary>A sentence worth printing on its own line (a resumption, a skipped checkpoint), or null.</summary>
    public string? Message { get; init; }
}
