using Nabla.Core;

namespace Nabla.Experiments;

/// <summary>The part of <see cref="TrainingOptions"/> that a run stores, so that a resumption needs no arguments.</summary>
public sealed record TrainingSettings
{
    /// <summary>See <see cref="TrainingOptions.MaxSteps"/>.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>See <see cref="TrainingOptions.MaxTime"/>.</summary>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>See <see cref="TrainingOptions.AccumulationSteps"/>.</summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>See <see cref="TrainingOptions.ClipNorm"/>.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Which parameters weight decay acts on. Default: all but vectors and scalars.</summary>
    public WeightDecayScope WeightDecay { get; init; }

    /// <summary>See <see cref="TrainingOptions.EvaluateEvery"/>.</summary>
    public long EvaluateEvery { get; init; }

    /// <summary>See <see cref="TrainingOptions.EvaluateEveryTime"/>.</summary>
    public TimeSpan? EvaluateEveryTime { get; init; }

    /// <summary>See <see cref="TrainingOptions.CheckpointEverySteps"/>.</summary>
    public long CheckpointEverySteps { get; init; }

    /// <summary>See <see cref="TrainingOptions.CheckpointEvery"/>.</summary>
    public TimeSpan? CheckpointEvery { get; init; }

    /// <summary>See <see cref="TrainingOptions.TargetLoss"/>.</summary>
    public double? TargetLoss { get; init; }
}
