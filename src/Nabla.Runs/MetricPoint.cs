namespace Nabla.Runs;

/// <summary>One measurement of a run.</summary>
/// <param name="Step">Parameter updates done when it was measured.</param>
/// <param name="Seconds">Training time at that moment, over all resumptions.</param>
/// <param name="Value">The value; may be infinite or not a number.</param>
public readonly record struct MetricPoint(long Step, double Seconds, double Value);
