namespace Nabla.Runs;

/// <summary>A run that was over before it came to the store: its settings, its outcome and what it measured.</summary>
/// <param name="Run">The settings; id, times and outcome are filled in by the store.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Series">What it measured, by the name of the series; points in the order they were measured.</param>
public sealed record FinishedRun(StoredRun Run, RunOutcome Outcome, IReadOnlyDictionary<string, IReadOnlyList<MetricPoint>> Series);
