namespace Nabla.Runs;

/// <summary>A row of the store: a comparison, whose runs name it as their <see cref="StoredRun.Comparison"/>.</summary>
public sealed record StoredComparison
{
    /// <summary>The comparison's id; <see cref="RunStore.StartComparison"/> fills it in. It begins with <c>c</c>.</summary>
    public string Id { get; init; } = "";

    /// <summary>The task's name.</summary>
    public required string Task { get; init; }

    /// <summary>The plan as a JSON object; whoever started the comparison says what stands in it.</summary>
    public required string Plan { get; init; }

    /// <summary>What was measured once and holds for all its runs, as a JSON object; null before it was measured.</summary>
    public string? State { get; init; }

    /// <summary>The command that repeats it, or null.</summary>
    public string? Command { get; init; }

    /// <summary>When it started, in universal time.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>How it ended (<c>completed</c>, <c>cancelled</c>, <c>failed</c>); null while it runs or after a kill.</summary>
    public string? Ending { get; init; }

    /// <summary>Full path of the report, or null.</summary>
    public string? Report { get; init; }
}
