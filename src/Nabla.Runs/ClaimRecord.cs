namespace Nabla.Runs;

/// <summary>What a claim said when it was run.</summary>
public sealed record ClaimRecord
{
    /// <summary>Name of the claim, for example <c>mvn-grad/bounded-spike</c>.</summary>
    public required string Claim { get; init; }

    /// <summary>The catalogue name of the method.</summary>
    public required string Method { get; init; }

    /// <summary><c>holds</c>, <c>fails</c> or <c>inconclusive</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>How long it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>The measured numbers as a JSON object. Default: none.</summary>
    public string Figures { get; init; } = "{}";

    /// <summary>The seed that it ran with.</summary>
    public long Seed { get; init; }

    /// <summary><c>quick</c> or <c>full</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>Version of the program that ran it.</summary>
    public required string Version { get; init; }

    /// <summary>When it was run, in universal time. Left at its default it becomes the time of recording.</summary>
    public DateTimeOffset When { get; init; }
}
