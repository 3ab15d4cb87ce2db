namespace Nabla.Core;

/// <summary>Is told after every iteration of a procedure. What it measures counts as nobody's query.</summary>
/// <param name="step">The iteration.</param>
public delegate void ProcedureObserver(in ProcedureStep step);
