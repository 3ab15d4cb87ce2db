namespace Nabla.Claims;

/// <summary>Registers a claim, where it is written.</summary>
/// <param name="name">The key: method, slash, claim; for example <c>mvn-grad/bounded-spike</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ClaimAttribute(string name) : Attribute
{
    /// <summary>The key.</summary>
    public string Name { get; } = name;

    /// <summary>What is claimed, in one sentence.</summary>
    public required string Says { get; init; }

    /// <summary>Where it is claimed, such as <c>arXiv:2602.10204, fact 3</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Seconds that quick mode takes on two cores.</summary>
    public required double Seconds { get; init; }

    /// <summary>The verdict on record for quick mode; a claim that is known not to hold at this scale says so.</summary>
    public Verdict Expected { get; init; } = Verdict.Holds;
}
