using Nabla.Core;

namespace Nabla.Procedures.Adaptation;

/// <summary>Options of universal pre-training.</summary>
public sealed record UniversalPretrainingOptions : MethodOptions
{
    /// <summary>Sequences that are kept and computed on. Range: 1 or above. Default: 256.</summary>
    [Option("sequences that are kept and computed on", Minimum = 1, Usual = "100 to 2000")]
    public int Buffer { get; init; } = 256;

    /// <summary>Tokens of a sequence. Range: 2 or above. Default: 64.</summary>
    [Option("tokens of a sequence", Minimum = 2, Usual = "64 to 1024")]
    public int Length { get; init; } = 64;

    /// <summary>Sequences of a batch. Range: 1 or above. Default: 16.</summary>
    [Option("sequences of a batch", Minimum = 1, Usual = "16 to 512")]
    public int Batch { get; init; } = 16;

    /// <summary>Sequences that go through a random computation before each step. Range: 1 or above. Default: 16.</summary>
    [Option("sequences that go through a random computation before each step", Minimum = 1, Usual = "as many as a batch")]
    public int Computed { get; init; } = 16;

    /// <summary>Sequences that become random tokens again before each step. Range: 0 or above. Default: 2.</summary>
    [Option("sequences that become random tokens again before each step", Minimum = 0, Usual = "a tenth of those computed")]
    public int Renewed { get; init; } = 2;

    /// <summary>Tokens of a kept sequence that a computed one begins with. Range: 1 to below the length. Default: 8.</summary>
    [Option("tokens of a kept sequence that a computed one begins with", Minimum = 1, Usual = "8")]
    public int Beginning { get; init; } = 8;

    /// <summary>Width of the random computations. Range: 1 or above. Default: 32.</summary>
    [Option("width of the random computations", Minimum = 1, Usual = "32 to 512")]
    public int ComputationWidth { get; init; } = 32;

    /// <summary>The greatest gain of their weights; each computation draws one below. Range: 0 or above. Default: 3.</summary>
    [Option("greatest gain of the weights of random computations", Minimum = 0, Usual = "1 to 5")]
    public double Gain { get; init; } = 3;

    /// <summary>The greatest deviation of the scores from which they draw tokens; each computation draws one below. Range: 0 or above. Default: 20.</summary>
    [Option("greatest deviation of the scores from which tokens are drawn", Minimum = 0, Usual = "10 to 40")]
    public double Sharpness { get; init; } = 20;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
                Beginning < Length,
                Beginning,
                "must be below the length of a sequence",
                "Lower UniversalPretrainingOptions.Beginning, or raise Length.")
            .Require(
                Computed <= Buffer,
                Computed,
                "must be at most the number of sequences that are kept",
                "Lower UniversalPretrainingOptions.Computed, or raise Buffer.")
            .Require(
                Renewed <= Buffer,
                Renewed,
                "must be at most the number of sequences that are kept",
                "Lower UniversalPretrainingOptions.Renewed, or raise Buffer.");
    }
}
