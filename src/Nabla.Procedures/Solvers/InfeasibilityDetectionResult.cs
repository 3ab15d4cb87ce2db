using Nabla.Core;

namespace Nabla.Procedures.Solvers;

/// <summary>What the detection of infeasibility came to.</summary>
/// <param name="Result">The last point, how far the map moves it (as value and as norm), applications as products, and the ending.</param>
/// <param name="Verdict">Whether there is a fixed point.</param>
/// <param name="Displacement">x - T x at the last point: nears the shortest displacement of all points.</param>
/// <param name="NormalizedDisplacement">The way since the start over the steps: nears the same.</param>
public sealed record InfeasibilityDetectionResult(
    ProcedureResult Result, FixedPointVerdict Verdict, IReadOnlyList<double> Displacement, IReadOnlyList<double> NormalizedDisplacement);
