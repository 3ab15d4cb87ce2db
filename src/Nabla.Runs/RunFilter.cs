namespace Nabla.Runs;

/// <summary>Which runs to list; what is null does not restrict.</summary>
public sealed record RunFilter
{
    /// <summary>What started it.</summary>
    public string? Verb { get; init; }

    /// <summary>The task's name.</summary>
    public string? Task { get; init; }

    /// <summary>The catalogue name of the method.</summary>
    public string? Method { get; init; }

    /// <summary>Why it ended; <c>none</c> for runs without an ending.</summary>
    public string? Ending { get; init; }

    /// <summary>The comparison that it is a part of.</summary>
    public string? Comparison { get; init; }

    /// <summary>Started at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>A text in the id, the task or the method, whatever its case.</summary>
    public string? Text { get; init; }

    /// <summary>The first so many in the order asked for. Range: 1 or more. Null: all.</summary>
    public int? Limit { get; init; }

    /// <summary>Leaves out so many at the beginning of the order. Range: 0 or more. Default: 0.</summary>
    public int Skip { get; init; }
}
