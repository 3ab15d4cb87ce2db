using Nabla.Core;

namespace Nabla.Experiments.Unlearning;

/// <summary>What a method came to on made profiles, once.</summary>
/// <param name="Ending">How it ended.</param>
/// <param name="Audit">What the model was afterwards.</param>
/// <param name="TrainedNumbers">Numbers of the model that may have changed.</param>
/// <param name="Seconds">The method's own time.</param>
internal sealed record ProfileTrial(Ending Ending, ModelAudit Audit, long TrainedNumbers, double Seconds);
