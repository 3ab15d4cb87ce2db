namespace Nabla.Core;

/// <summary>How steps are executed; lanes and threads do not change the bits of a float32 result, except the tensor lane.</summary>
public sealed record ExecutionOptions
{
    /// <summary>The lane. Default: the best one for each parameter.</summary>
    public LaneKind Lane { get; init; } = LaneKind.Auto;

    /// <summary>Threads that share a step; 0 takes one a processor. Default: 0.</summary>
    public int Threads { get; init; }

    /// <summary>The precision of parameters and states, for groups that choose none of their own. Default: float32.</summary>
    public PrecisionOptions Precision { get; init; } = new();

    /// <summary>Counts what the fused passes of all steps move; null to count nothing. Default: null.</summary>
    public MemoryTraffic? Traffic { get; init; }
}
