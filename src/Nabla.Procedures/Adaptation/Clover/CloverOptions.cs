using Nabla.Core;

namespace Nabla.Procedures.Adaptation;

/// <summary>Options of CLOVER.</summary>
public sealed record CloverOptions : MethodOptions
{
    /// <summary>What is trained between the singular vectors. Default: the singular values.</summary>
    [Option("what is trained between the singular vectors")]
    public CloverTuning Tuning { get; init; }

    /// <summary>Vectors whose singular value is at most this share of the largest of their head are dropped. Range: from 0 to below 1. Default: 0.</summary>
    [Option("vectors with at most this share of the head's largest singular value are dropped", Minimum = 0, Maximum = 1, ExcludesMaximum = true, Usual = "0 to 0.1")]
    public double Redundant { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
    }
}
