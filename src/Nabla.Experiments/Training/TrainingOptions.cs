namespace Nabla.Experiments;

/// <summary>How long and how carefully to train. Immutable; checked by <see cref="ThrowIfInvalid"/>.</summary>
public sealed record TrainingOptions
{
    /// <summary>Stop after this many parameter updates, counted over all resumptions. Range: 0 or more. Null: no limit.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>Stop after this much training time, counted over all resumptions. Range: above zero. Null: no limit.</summary>
    public TimeSpan? MaxTime { get; init; }

    /// <summary>
    /// Stop after the update that brings the items (tokens, images, rows) trained on to this many, counted over all
    /// resumptions. Range: 1 or more. Null: no limit.
    /// </summary>
    public long? MaxItems { get; init; }

    /// <summary>Batches that are summed into one update. Range: 1 or more. Default: 1.</summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>Scale gradients down to this Euclidean norm over all parameters. Range: above 0. Null: no clipping.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Evaluate every so many steps, besides the start and the end. Range: 0 or more. Default: 0, never between.</summary>
    public long EvaluateEvery { get; init; }

    /// <summary>Evaluate whenever so many items were trained on. Range: 0 or more. Default: 0, not by items.</summary>
    public long EvaluateEveryItems { get; init; }

    /// <summary>Evaluate whenever this much time has passed. Range: above zero. Null: not by time.</summary>
    public TimeSpan? EvaluateEveryTime { get; init; }

    /// <summary>Whether the untrained model is evaluated before the first step. Default: true.</summary>
    public bool EvaluateAtStart { get; init; } = true;

    /// <summary>Save a checkpoint every so many steps. Range: 0 or more. Default: 0, not by steps.</summary>
    public long CheckpointEverySteps { get; init; }

    /// <summary>Save a checkpoint whenever this much time has passed. Range: above zero. Null: not by time.</summary>
    public TimeSpan? CheckpointEvery { get; init; }

    /// <summary>Folder for checkpoints; the last state is saved there. Null: nothing is saved.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>
    /// Whether the state before the first step and at a regular end is saved too. Without that, checkpoints serve
    /// only to go on after an interruption. Default: true.
    /// </summary>
    public bool CheckpointAtEnds { get; init; } = true;

    /// <summary>Go on from the newest whole checkpoint in <see cref="CheckpointFolder"/>. Default: false.</summary>
    public bool Resume { get; init; }

    /// <summary>Seed of libtorch's default generator (dropout). Ignored on resume: the state is in the checkpoint. Default: 0.</summary>
    public long Seed { get; init; }

    /// <summary>Threads of libtorch for this run. Range: 0 or more; 0 leaves what is set. Default: 0.</summary>
    public int Threads { get; init; }

    /// <summary>Stop when an evaluation is at or below this loss. Null: no target.</summary>
    public double? TargetLoss { get; init; }

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Checks every range and every combination.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    /// <exception cref="ArgumentException">No limit was given, or an option has no effect without another.</exception>
    public void ThrowIfInvalid()
    {
        if (MaxSteps is null && MaxTime is null && MaxItems is null)
        {
            throw new ArgumentException(
                "Training has no end: set TrainingOptions.MaxSteps, TrainingOptions.MaxTime or TrainingOptions.MaxItems.",
                nameof(MaxSteps));
        }

        Require(MaxSteps is null or >= 0, nameof(MaxSteps), MaxSteps, "0 or more");
        Require(MaxTime is null || MaxTime > TimeSpan.Zero, nameof(MaxTime), MaxTime, "above zero");
        Require(MaxItems is null or >= 1, nameof(MaxItems), MaxItems, "1 or more");
        Require(AccumulationSteps >= 1, nameof(AccumulationSteps), AccumulationSteps, "1 or more");
        Require(
            ClipNorm is null || (ClipNorm > 0 && double.IsFinite(ClipNorm.Value)),
            nameof(ClipNorm), ClipNorm, "above 0 and finite");
        Require(EvaluateEvery >= 0, nameof(EvaluateEvery), EvaluateEvery, "0 or more");
        Require(EvaluateEveryItems >= 0, nameof(EvaluateEveryItems), EvaluateEveryItems, "0 or more");
        Require(
            EvaluateEveryTime is null || EvaluateEveryTime > TimeSpan.Zero,
            nameof(EvaluateEveryTime), EvaluateEveryTime, "above zero");
        Require(CheckpointEverySteps >= 0, nameof(CheckpointEverySteps), CheckpointEverySteps, "0 or more");
        Require(
            CheckpointEvery is null || CheckpointEvery > TimeSpan.Zero,
            nameof(CheckpointEvery), CheckpointEvery, "above zero");
        Require(Threads >= 0, nameof(Threads), Threads, "0 or more");
        Require(TargetLoss is null || double.IsFinite(TargetLoss.Value), nameof(TargetLoss), TargetLoss, "finite");
        if (CheckpointFolder is null && (CheckpointEverySteps > 0 || CheckpointEvery is not null || Resume))
        {
            throw new ArgumentException(
                "CheckpointEverySteps, CheckpointEvery and Resume have no effect without a folder. "
                + "Set TrainingOptions.CheckpointFolder.",
                nameof(CheckpointFolder));
        }
    }

    private static void Require(bool holds, string name, object? value, string range)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(
                name, value, FormattableString.Invariant($"{name} was {value}; it must be {range}."));
        }
    }
}
