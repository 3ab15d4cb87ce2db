using Nabla.Core;

namespace Nabla.Procedures.FirstOrder;

/// <summary>Options of accelerated cyclic coordinate dual averaging.</summary>
public sealed record ACoderOptions : MethodOptions
{
    /// <summary>Coordinates a block. Range: 1 or above. Default: 1.</summary>
    [Option("coordinates a block", Minimum = 1, Usual = "1")]
    public int BlockSize { get; init; } = 1;

    /// <summary>
    /// L: bounds how far gradients of blocks change over a pass; 0: doubled on the way from the smoothness of the steepest coordinate, or
    /// with inner steps twice that of the steepest sample. Range: 0 or above. Default: 0.
    /// </summary>
    [Option("bound of the change of block gradients; 0: found on the way", Minimum = 0, Usual = "0")]
    public double Smoothness { get; init; }

    /// <summary>
    /// K: steps with block gradients of single samples after each full gradient (VR-A-CODER); 0: full block gradients only (A-CODER).
    /// Range: 0 or above. Default: 0.
    /// </summary>
    [Option("steps with gradients of single samples after each full one; 0: full ones only", Minimum = 0, Usual = "0, or the number of samples")]
    public int InnerSteps { get; init; }

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        // Ranges say it all.
    }
}
