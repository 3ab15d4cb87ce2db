namespace Nabla.Runs;

/// <summary>How a run ended.</summary>
/// <param name="Ending">Why, in lower case with hyphens: <c>completed</c>, <c>cancelled</c>, <c>failed</c>.</param>
/// <param name="Advice">The sentence that comes with it.</param>
public sealed record RunOutcome(string Ending, string Advice)
{
    /// <summary>Parameter updates done, over all resumptions. Null: as last seen in the loss.</summary>
    public long? Steps { get; init; }

    /// <summary>Training loss of the last step. Null, or not finite: as last seen, or none.</summary>
    public double? FinalLoss { get; init; }

    /// <summary>Loss of the last evaluation. Null, or not finite: as last seen, or none.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>Training time in seconds, over all resumptions. Null: as last seen in the loss.</summary>
    public double? Seconds { get; init; }

    /// <summary>Items a second of the time spent in steps.</summary>
    public double PerSecond { get; init; }

    /// <summary>Peak resident memory of the process during the run, in bytes.</summary>
    public long PeakBytes { get; init; }
}
