namespace Nabla.Core;

/// <summary>What a method of unlearning tells after a step.</summary>
/// <param name="Step">Steps made so far.</param>
/// <param name="TotalSteps">Steps there will be at most.</param>
/// <param name="Epoch">The pass that the step belongs to, from 0.</param>
/// <param name="IsLastOfEpoch">Whether the pass ends with this step.</param>
/// <param name="Loss">The loss of the step, in the method's own terms; NaN where a step has none.</param>
public readonly record struct UnlearningStep(long Step, long TotalSteps, int Epoch, bool IsLastOfEpoch, double Loss);
