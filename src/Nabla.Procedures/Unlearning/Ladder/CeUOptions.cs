using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of cross-entropy unlearning.</summary>
public sealed record CeUOptions : UnlearnerOptions
{
    /// <summary>How many first tokens of each answer are left out. Range: 0 or above. Default: 1.</summary>
    [Option("first tokens of each answer that are left out", Minimum = 0, Usual = "0 to 1")]
    public int IgnoreFirst { get; init; } = 1;

    /// <inheritdoc/>
    public override IUnlearner Create() => new CeU(this);

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
