using Nabla.Core;

namespace Nabla.Procedures.FirstOrder;

/// <summary>Options of AdAdaGrad.</summary>
public sealed record AdaDaGradOptions : MethodOptions
{
    /// <summary>α: scales every step. Range: above 0. Default: 0.1.</summary>
    [Option("scales every step", Minimum = 0, ExcludesMinimum = true, Usual = "0.01 to 1")]
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Whether each coordinate or the whole gradient has a sum of squares. Default: each coordinate.</summary>
    [Option("whether each coordinate or the whole gradient has a sum of squares")]
    public SquareSums Sums { get; init; } = SquareSums.Coordinates;

    /// <summary>ε, added to the root: keeps the division finite. Range: above 0. Default: 1e-10.</summary>
    [Option("keeps the division finite, outside the root", Minimum = 0, ExcludesMinimum = true, Usual = "1e-10")]
    public double Epsilon { get; init; } = 1e-10;

    /// <summary>Which test of the gradients' variance decides the batch. Default: norm.</summary>
    [Option("which test of the gradients' variance decides the batch")]
    public BatchTest Test { get; init; } = BatchTest.Norm;

    /// <summary>η (norm tests) or θ (inner-product tests): how much noise is tolerated. Range: above 0. Default: 0.5.</summary>
    [Option("how much noise against the gradient is tolerated", Minimum = 0, ExcludesMinimum = true, Usual = "0.1 to 0.9")]
    public double Ratio { get; init; } = 0.5;

    /// <summary>ν: how much noise across the gradient is tolerated; only with the augmented test, 0 elsewhere. Range: 0 or above. Default: 0.</summary>
    [Option("how much noise across the gradient is tolerated, augmented test only", Minimum = 0, Usual = "0.3 to 6")]
    public double OrthogonalRatio { get; init; }

    /// <summary>The first batch. Range: 2 or above. Default: 8.</summary>
    [Option("first batch", Minimum = 2, Usual = "2 to 256")]
    public int InitialBatch { get; init; } = 8;

    /// <summary>The greatest batch; 0 for all samples. Range: 0 or above. Default: 0.</summary>
    [Option("greatest batch, 0 for all samples", Minimum = 0)]
    public int MaximumBatch { get; init; }

    /// <summary>Iterations between two tests. Range: 1 or above. Default: 1.</summary>
    [Option("iterations between two tests", Minimum = 1, Usual = "1 to 10")]
    public int TestInterval { get; init; } = 1;

    /// <inheritdoc/>
    protected override void Validate(OptionsGuard guard)
    {
        ArgumentNullException.ThrowIfNull(guard);
        guard.Require(
            Test == BatchTest.AugmentedInnerProduct || OrthogonalRatio == 0,
            OrthogonalRatio,
            "has no effect without the augmented inner-product test",
            "Set AdaDaGradOptions.Test to AugmentedInnerProduct, or OrthogonalRatio to 0.");
        guard.Require(
            Test != BatchTest.AugmentedInnerProduct || OrthogonalRatio > 0,
            OrthogonalRatio,
            "must be above 0 with the augmented inner-product test",
            "Set AdaDaGradOptions.OrthogonalRatio, usually 0.3 to 6.");
        guard.Require(
            MaximumBatch == 0 || MaximumBatch >= InitialBatch,
            MaximumBatch,
            "must be 0 or at least InitialBatch",
            "Raise AdaDaGradOptions.MaximumBatch or lower InitialBatch.");
    }
}
