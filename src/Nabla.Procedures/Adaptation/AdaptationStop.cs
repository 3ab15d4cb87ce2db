namespace Nabla.Procedures.Adaptation;

/// <summary>When adaptation ends, and how often the held-out loss is taken.</summary>
public sealed record AdaptationStop
{
    /// <summary>Steps to make; at least 1. Default: 100.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>The held-out loss is taken after every so many steps and at the end; 0: at the end alone. Default: 0.</summary>
    public int EvaluateEvery { get; init; }

    /// <summary>Ends the procedure between two steps.</summary>
    public CancellationToken CancellationToken { get; init; }

    internal void ThrowIfInvalid()
    {
        if (Steps < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(Steps), Steps, $"Steps was {Steps}; it must be 1 or above. Set AdaptationStop.Steps.");
        }

        if (EvaluateEvery < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(EvaluateEvery), EvaluateEvery, $"EvaluateEvery was {EvaluateEvery}; it must be 0 or above. Set AdaptationStop.EvaluateEvery.");
        }
    }
}
