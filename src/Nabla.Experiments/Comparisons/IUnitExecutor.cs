namespace Nabla.Experiments;

/// <summary>Trains one part of a comparison, here or in another process.</summary>
internal interface IUnitExecutor
{
    /// <summary>How many parts may be trained at once.</summary>
    int Parallel { get; }

    /// <summary>Trains a part from where it is; the run is in the store when this returns.</summary>
    StoredRun Train(ComparisonUnit unit, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken);
}
