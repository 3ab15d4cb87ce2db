namespace Nabla.Experiments;

/// <summary>The losses of a training run in order of steps, from its first step on, also after a resumption.</summary>
public sealed record TrainingSeries
{
    /// <summary>A series with nothing in it.</summary>
    public static TrainingSeries Empty { get; } = new() { Training = [], Validation = [] };

    /// <summary>The training loss of every step.</summary>
    public required IReadOnlyList<LossPoint> Training { get; init; }

    /// <summary>The loss of every evaluation.</summary>
    public required IReadOnlyList<LossPoint> Validation { get; init; }
}
