namespace Nabla.Procedures.Solvers;

/// <summary>An iteration of the sketched Newton method.</summary>
/// <param name="Residual">The norm of the Lagrangian's gradient and the constraints after it.</param>
/// <param name="StepLength">α: 1 is the whole Newton step.</param>
/// <param name="SketchSteps">Steps of the system's solver.</param>
public readonly record struct SketchNewtonAlStep(double Residual, double StepLength, int SketchSteps);
