using Nabla.Engine;

namespace Nabla.Claims;

/// <summary>How a claim is run.</summary>
public sealed record ClaimContext
{
    /// <summary>Whether to run at the scale for people, minutes, instead of seconds.</summary>
    public bool Full { get; init; }

    /// <summary>Everything random is derived from it.</summary>
    public Seed Seed { get; init; } = Seed.From(0);

    /// <summary>The deliberate defect to run with, one of <see cref="IClaim.Mutants"/>; null: the method as it is.</summary>
    public string? Mutant { get; init; }

    /// <summary>Told in a sentence what goes on; null: nobody.</summary>
    public IProgress<string>? Progress { get; init; }

    /// <summary>Ends the experiment early.</summary>
    public CancellationToken CancellationToken { get; init; }
}
