namespace Nabla.Experiments;

/// <summary>Trains parts one after the other on the thread of the comparison.</summary>
internal sealed class OwnProcessExecutor(UnitRunner runner) : IUnitExecutor
{
    public int Parallel => 1;

    public StoredRun Train(ComparisonUnit unit, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken) =>
        runner.Train(unit, progress, cancellationToken);
}
