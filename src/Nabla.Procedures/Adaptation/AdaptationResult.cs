using Nabla.Core;

namespace Nabla.Procedures.Adaptation;

/// <summary>What adaptation came to.</summary>
/// <param name="Ending">Why it ended; its best value and step are those of the held-out loss.</param>
/// <param name="Steps">Steps made.</param>
/// <param name="Start">The held-out loss before the first step.</param>
/// <param name="Last">The held-out loss after the last step: the headline.</param>
public sealed record AdaptationResult(Ending Ending, int Steps, double Start, double Last);
