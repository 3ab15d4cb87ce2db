using Nabla.Core;

namespace Nabla.Procedures.Unlearning;

/// <summary>How score forgetting distillation ended.</summary>
/// <param name="Ending">The reason and what to do next.</param>
/// <param name="Steps">Rounds in which both networks made their step.</param>
public sealed record ScoreForgettingResult(Ending Ending, long Steps);
