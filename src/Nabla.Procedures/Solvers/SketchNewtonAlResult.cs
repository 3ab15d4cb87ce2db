using Nabla.Core;

namespace Nabla.Procedures.Solvers;

/// <summary>What the sketched Newton method came to.</summary>
/// <param name="Result">Point, value, norm of the Lagrangian's gradient and the constraints, counts and ending.</param>
/// <param name="Multipliers">λ: one number a constraint.</param>
/// <param name="Violation">The norm of the constraints at the point.</param>
/// <param name="Steps">All iterations.</param>
public sealed record SketchNewtonAlResult(
    ProcedureResult Result, IReadOnlyList<double> Multipliers, double Violation, IReadOnlyList<SketchNewtonAlStep> Steps);
