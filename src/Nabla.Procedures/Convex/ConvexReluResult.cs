using Nabla.Core;

namespace Nabla.Procedures.Convex;

/// <summary>A network that a convex program gave.</summary>
/// <param name="Network">The network of the last iteration where the tolerance was met; else of the best.</param>
/// <param name="Loss">Its loss with the penalty of its weights; under perturbation, the worst.</param>
/// <param name="Patterns">How many activation patterns the program had.</param>
/// <param name="IsExact">Whether these were all, so that no network of any width loses less.</param>
/// <param name="Run">The weights v, then w, of the last iteration; counts and ending. Norm: how far the last iteration moved.</param>
public sealed record ConvexReluResult(ReluNetwork Network, double Loss, int Patterns, bool IsExact, ProcedureResult Run);
