namespace Nabla.Procedures.Adaptation;

/// <summary>When retraining ends. A round is never left halfway.</summary>
public sealed record RetrainingStop
{
    /// <summary>The most rounds since the beginning, those before a resumption among them; at least 1. Default: 100.</summary>
    public long Rounds { get; init; } = 100;

    /// <summary>No round begins after so many gradients of batches; at least 1. Default: no limit.</summary>
    public long Gradients { get; init; } = long.MaxValue;

    /// <summary>Ends the procedure between two rounds.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal void ThrowIfInvalid()
    {
        if (Rounds < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Rounds), Rounds, $"Rounds was {Rounds}; it must be 1 or above. Set RetrainingStop.Rounds.");
        }

        if (Gradients < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Gradients), Gradients, $"Gradients was {Gradients}; it must be 1 or above. Set RetrainingStop.Gradients.");
        }
    }
}
