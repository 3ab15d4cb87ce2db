using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>Options of targeted reasoning unlearning.</summary>
public sealed record TruOptions : LadderOptions
{
    /// <summary>Weight of the ascent on the answers to forget beside the descent on targets. Range: 0 or above. Default: 1.</summary>
    [Option("weight of the ascent on the answers to forget", Minimum = 0, Usual = "0.1 to 1")]
    public double Ascent { get; init; } = 1;

    /// <summary>Makes the tokens that reason about a prompt before the refusal, from a template for example; null for the refusal alone.</summary>
    public Func<TokenExample, IReadOnlyList<int>>? Trace { get; init; }

    /// <inheritdoc/>
    public override IUnlearner Create() => new Tru(this);
}
