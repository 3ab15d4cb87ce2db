namespace Nabla.Experiments;

/// <summary>One measured loss.</summary>
/// <param name="Step">Parameter updates done when it was measured; a training loss belongs to the update that it caused.</param>
/// <param name="Seconds">Training time at that moment, over all resumptions.</param>
/// <param name="Loss">The loss.</param>
public readonly record struct LossPoint(long Step, double Seconds, double Loss);
